-- What providers say: which addresses are a person's own, which sessions are theirs.

-- The address as this provider states it, and whether it vouches for it.
ALTER TABLE identities ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE identities ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 0;
