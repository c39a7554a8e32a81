//! A denial in words: what is missing, and who can grant it.

use portcullis_core::{AccessSnapshot, Denial, ProblemDetails, decision::Missing, permission::Vocabulary};

use crate::platform::uppercase;

/// Why something is not allowed, for the person who meets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// A sentence: what is needed.
    pub needed: String,
    /// The roles whose holders can grant it.
    pub grantable_by: Vec<String>,
    /// Whether signing in may help.
    pub sign_in_helps: bool,
}

impl Reason {
    /// Of something that is refused for the moment, by the server's own word.
    pub(crate) fn unavailable() -> Self {
        Self { needed: "This is not available right now.".into(), ..Self::default() }
    }

    pub(crate) fn of(denial: &Denial, snapshot: &AccessSnapshot, vocabulary: Vocabulary) -> Self {
        match denial {
            Denial::Lacking(missing) => Self::of_missing(missing, snapshot, vocabulary),
            _ => Self { needed: "Sign in to do this.".into(), sign_in_helps: true, ..Self::default() },
        }
    }

    fn of_missing(missing: &Missing, snapshot: &AccessSnapshot, vocabulary: Vocabulary) -> Self {
        let labels: Vec<String> = missing
            .permissions
            .iter()
            .filter_map(|one| vocabulary.info(*one))
            .map(|info| format!("“{}”", info.label))
            .collect();
        let needed = match (labels.as_slice(), missing.any_of_roles.as_slice()) {
            ([], []) => "Your roles here exclude this.".to_owned(),
            ([], roles) => format!("This needs the role {}.", roles.join(" or ")),
            (labels, _) => format!("This needs the permission {}.", labels.join(" and ")),
        };
        // Who can grant all of it: the roles that can grant each part.
        let mut grantable_by: Option<Vec<String>> = None;
        for permission in &missing.permissions {
            let able: Vec<String> = snapshot
                .grantable_by
                .get(vocabulary.key(*permission))
                .map(|roles| roles.iter().map(ToString::to_string).collect())
                .unwrap_or_default();
            grantable_by = Some(match grantable_by {
                None => able,
                Some(so_far) => so_far.into_iter().filter(|role| able.contains(role)).collect(),
            });
        }
        Self { needed, grantable_by: grantable_by.unwrap_or_default(), sign_in_helps: false }
    }

    /// The reason that a problem document of the server gives.
    #[must_use]
    pub fn of_problem(problem: &ProblemDetails, vocabulary: Vocabulary) -> Self {
        let labels: Vec<String> = problem
            .missing
            .iter()
            .flatten()
            .map(|key| match vocabulary.find(key).and_then(|permission| vocabulary.info(permission)) {
                Some(info) => format!("“{}”", info.label),
                None => format!("“{key}”"),
            })
            .collect();
        let needed = match (labels.as_slice(), problem.any_of.as_deref()) {
            ([], Some(roles)) if !roles.is_empty() => format!("This needs the role {}.", roles.join(" or ")),
            ([], _) if problem.detail.is_empty() => capitalized(&problem.title),
            ([], _) => capitalized(&problem.detail),
            (labels, _) => format!("This needs the permission {}.", labels.join(" and ")),
        };
        Self {
            needed,
            grantable_by: problem.grantable_by.iter().flatten().map(ToString::to_string).collect(),
            sign_in_helps: problem.status == 401,
        }
    }

    /// Who can help, as a sentence; nothing if nobody can.
    #[must_use]
    pub fn help(&self) -> String {
        match self.grantable_by.as_slice() {
            [] => String::new(),
            roles => format!("Ask somebody with the role {} in this organization.", roles.join(" or ")),
        }
    }

    /// Both sentences, for a tooltip or a description.
    #[must_use]
    pub fn sentence(&self) -> String {
        let help = self.help();
        if help.is_empty() { self.needed.clone() } else { format!("{} {help}", self.needed) }
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.by_ref().take(1).collect();
    let mut sentence = uppercase(&first) + letters.as_str();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use portcullis_core::ProblemKind;

    use super::*;

    #[test]
    fn a_problem_speaks_by_its_detail_and_else_by_its_title() {
        let say = |detail: &str| {
            let problem = ProblemDetails::new(ProblemKind::Unavailable).with_detail(detail);
            Reason::of_problem(&problem, Vocabulary::EMPTY)
        };
        assert_eq!(say("the lights are out").sentence(), "The lights are out.");
        assert_eq!(say("").sentence(), "Temporarily unavailable.");
        assert!(!say("").sign_in_helps);
    }

    #[test]
    fn a_role_problem_names_the_roles() {
        let mut problem = ProblemDetails::new(ProblemKind::RoleRequired);
        problem.any_of = Some(vec!["ORG_ADMIN".into(), "ORG_OWNER".into()]);
        let reason = Reason::of_problem(&problem, Vocabulary::EMPTY);
        assert_eq!(reason.needed, "This needs the role ORG_ADMIN or ORG_OWNER.");
    }
}
