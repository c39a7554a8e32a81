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
        let mut labels = missing.permissions.iter().filter_map(|one| Some(vocabulary.info(*one)?.label)).peekable();
        let needed = if labels.peek().is_some() {
            permissions_needed(&mut labels)
        } else if missing.any_of_roles.is_empty() {
            "Your roles here exclude this.".to_owned()
        } else {
            roles_needed(&mut missing.any_of_roles.iter().map(AsRef::as_ref))
        };
        Self { needed, grantable_by: grantable_by(missing, snapshot, vocabulary), sign_in_helps: false }
    }

    /// The reason that a problem document of the server gives.
    #[must_use]
    pub fn of_problem(problem: &ProblemDetails, vocabulary: Vocabulary) -> Self {
        let label =
            |key| vocabulary.find(key).and_then(|permission| vocabulary.info(permission)).map(|info| info.label);
        let mut missing = problem.missing.iter().flatten().map(|key| label(key).unwrap_or(key)).peekable();
        let needed = match problem.any_of.as_deref() {
            _ if missing.peek().is_some() => permissions_needed(&mut missing),
            Some(roles) if !roles.is_empty() => roles_needed(&mut roles.iter().map(String::as_str)),
            _ if problem.detail.is_empty() => capitalized(&problem.title),
            _ => capitalized(&problem.detail),
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
            roles => {
                let roles = listed(&mut roles.iter().map(String::as_str), " or ");
                ["Ask somebody with the role ", &roles, " in this organization."].concat()
            }
        }
    }

    /// Both sentences, for a tooltip or a description.
    #[must_use]
    pub fn sentence(&self) -> String {
        let help = self.help();
        if help.is_empty() { self.needed.clone() } else { [&self.needed, " ", &help].concat() }
    }
}

/// Who can grant all of it: the roles that can grant each part.
fn grantable_by(missing: &Missing, snapshot: &AccessSnapshot, vocabulary: Vocabulary) -> Vec<String> {
    let able = |permission| snapshot.grantable_by.get(vocabulary.key(permission)).map_or(&[][..], Vec::as_slice);
    let Some((first, rest)) = missing.permissions.split_first() else { return Vec::new() };
    let all = able(*first).iter().filter(|role| rest.iter().all(|permission| able(*permission).contains(role)));
    all.map(ToString::to_string).collect()
}

fn permissions_needed(labels: &mut dyn Iterator<Item = &str>) -> String {
    ["This needs the permission “", &listed(labels, "” and “"), "”."].concat()
}

fn roles_needed(roles: &mut dyn Iterator<Item = &str>) -> String {
    ["This needs the role ", &listed(roles, " or "), "."].concat()
}

/// The words with something between them.
pub(crate) fn listed(words: &mut dyn Iterator<Item = &str>, between: &str) -> String {
    let mut list = words.next().unwrap_or_default().to_owned();
    for word in words {
        list.push_str(between);
        list.push_str(word);
    }
    list
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
        let say = |detail: &'static str| {
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
