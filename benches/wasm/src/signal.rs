//! The smallest page that does something: one signal.

use leptos::prelude::*;

/// A button that counts.
#[component]
pub fn OneSignal() -> impl IntoView {
    let count = RwSignal::new(0);
    view! { <button on:click=move |_| *count.write() += 1>"Clicked " {count}</button> }
}
