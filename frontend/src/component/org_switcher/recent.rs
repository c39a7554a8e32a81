//! The organizations visited last, remembered by the browser alone: a convenience, never an input to a decision.

const KEY: &str = "portcullis.recent-organizations";
const KEPT: usize = 8;

/// The slugs visited last, the latest first.
pub(super) fn load() -> Vec<String> {
    storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).map(|text| parse(&text)).unwrap_or_default()
}

/// Puts a slug on top.
pub(super) fn remember(slug: &str) {
    let text = with_latest(load(), slug).join(" ");
    if let Some(storage) = storage() {
        // A browser that stores nothing only loses the order.
        storage.set_item(KEY, &text).ok();
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn parse(text: &str) -> Vec<String> {
    text.split(' ').filter(|slug| !slug.is_empty()).map(Into::into).collect()
}

fn with_latest(mut slugs: Vec<String>, latest: &str) -> Vec<String> {
    slugs.retain(|slug| slug != latest);
    slugs.insert(0, latest.to_owned());
    slugs.truncate(KEPT);
    slugs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_first_and_once() {
        assert_eq!(with_latest(parse("acme globex"), "globex"), ["globex", "acme"]);
    }
}
