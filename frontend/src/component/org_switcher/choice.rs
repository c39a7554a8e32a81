//! The list of a switcher: which organizations match, which one is active, where a key leads.

use portcullis_core::access::OrganizationSummary;

use crate::platform::lowercase;

/// From this many organizations on, those visited last stand on top.
pub(super) const RECENTS_FROM: usize = 8;

const RECENTS_SHOWN: usize = 3;
const PAGE: usize = 8;

/// A heading with the organizations under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group<'a> {
    pub(super) title: &'static str,
    pub(super) organizations: Vec<&'a OrganizationSummary>,
}

/// The organizations that match, in groups. While somebody filters there is one group.
pub(super) fn groups<'a>(all: &'a [OrganizationSummary], filter: &str, recent: &[String]) -> Vec<Group<'a>> {
    let filter = lowercase(filter.trim());
    if !filter.is_empty() {
        let matching = all.iter().filter(|org| matches(org, &filter)).collect();
        return vec![Group { title: "Matches", organizations: matching }];
    }
    let mut top: Vec<&OrganizationSummary> = Vec::new();
    if all.len() >= RECENTS_FROM {
        let visited = recent.iter().filter_map(|slug| all.iter().find(|org| org.slug.as_str() == slug));
        top.extend(visited.take(RECENTS_SHOWN));
    }
    let rest = all.iter().filter(|org| top.iter().all(|visited| visited.slug != org.slug)).collect();
    let mut groups = vec![Group { title: "All organizations", organizations: rest }];
    if !top.is_empty() {
        groups.insert(0, Group { title: "Recent", organizations: top });
    }
    groups
}

fn matches(org: &OrganizationSummary, filter: &str) -> bool {
    lowercase(&org.name).contains(filter) || org.slug.as_str().contains(filter)
}

/// Where a key leads in a list of `count`; none if it does not move.
pub(super) fn moved(key: &str, active: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowDown" => Some(if active >= last { 0 } else { active + 1 }),
        "ArrowUp" => Some(active.checked_sub(1).unwrap_or(last)),
        "End" => Some(last),
        "Home" => Some(0),
        "PageDown" => Some((active + PAGE).min(last)),
        "PageUp" => Some(active.saturating_sub(PAGE)),
        _ => None,
    }
}

/// What the live region says of the list.
pub(super) fn announcement(total: usize, matching: usize, filter: &str) -> String {
    let organizations = if total == 1 { "organization" } else { "organizations" };
    if filter.trim().is_empty() {
        [&total.to_string(), " ", organizations].concat()
    } else {
        [&total.to_string(), " ", organizations, ", ", &matching.to_string(), " match"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(slug: &str) -> OrganizationSummary {
        serde_json::from_value(serde_json::json!({
            "id": "0197a1b2-0000-7000-8000-000000000001", "slug": slug, "name": slug.to_uppercase(), "roles": []
        }))
        .unwrap()
    }

    #[test]
    fn keys_move_and_wrap() {
        assert_eq!(moved("ArrowDown", 2, 3), Some(0));
        assert_eq!(moved("ArrowUp", 0, 3), Some(2));
        assert_eq!(moved("PageDown", 0, 3), Some(2));
        assert_eq!(moved("End", 0, 0), None);
        assert_eq!(moved("a", 0, 3), None);
    }

    #[test]
    fn recents_stand_on_top_of_long_lists_only() {
        let few = [organization("acme"), organization("globex")];
        assert_eq!(groups(&few, "", &["globex".into()]).len(), 1);
        let many: Vec<_> = (0..9).map(|n| organization(&format!("org{n}"))).collect();
        let shown = groups(&many, "", &["org7".into(), "gone".into()]);
        assert_eq!(shown.first().unwrap().organizations, [&organization("org7")]);
        assert_eq!(shown.last().unwrap().organizations.len(), 8);
    }

    #[test]
    fn the_filter_finds_by_name_and_slug() {
        let all = [organization("acme"), organization("globex")];
        assert_eq!(groups(&all, " GLO", &[]).first().unwrap().organizations, [&organization("globex")]);
        assert!(groups(&all, "zzz", &[]).first().unwrap().organizations.is_empty());
    }
}
