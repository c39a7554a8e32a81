//! The families of tokens, held while something of theirs is written.

/// Writes the statement that holds a family until the commit, where it is not revoked, and keeps it at least as long as
/// what is written (`asked.value ->> 1`): whoever ends it at the same time ends that too, or came before.
///
/// Where its end has to move it moves by a day more, so that it does not at each use: an index has it.
macro_rules! hold {
    ($asked:expr, $family:expr) => {
        concat!(
            "UPDATE refresh_families SET expires_at =
                 CASE WHEN CAST(asked.value ->> 1 AS BIGINT) > expires_at
                      THEN CAST(asked.value ->> 1 AS BIGINT) + 86400
                      ELSE expires_at END
             FROM ",
            $asked,
            " WHERE family = ",
            $family,
            " AND revoked = 0 RETURNING family"
        )
    };
}

pub(super) use hold;
