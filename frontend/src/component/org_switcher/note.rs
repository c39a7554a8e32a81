//! A note that outlives the navigation of a switch, once, in its own tab.

const KEY: &str = "portcullis.switch-note";

/// Leaves a note for the page that comes.
pub(super) fn leave(text: &str) {
    if let Some(storage) = storage() {
        // Without it the person still sees where they are.
        storage.set_item(KEY, text).ok();
    }
}

/// Takes the note that the page before left, if it left one.
pub(super) fn take() -> Option<String> {
    let storage = storage()?;
    let text = storage.get_item(KEY).ok().flatten()?;
    // A note that stays is shown once more: no harm.
    storage.remove_item(KEY).ok();
    Some(text)
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}
