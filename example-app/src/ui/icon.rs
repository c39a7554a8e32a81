//! The icons, drawn in one stroke weight on a 20-unit grid.

use leptos::prelude::*;

/// An icon by its name; decoration, so assistive technology passes over it.
#[component]
pub(super) fn Icon(#[prop(into)] name: String) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=path_of(&name)/>
        </svg>
    }
    .into_any()
}

fn path_of(name: &str) -> &'static str {
    match name {
        "alert" => "M10 3 2.5 16.5h15L10 3Zm0 5v4m0 2.2v.1",
        "audit" | "history" => "M3.5 10a6.5 6.5 0 1 0 2-4.7M3.5 3.5v3h3M10 6.5V10l2.5 1.5",
        "bell" | "notifications" => "M5 13.5V9a5 5 0 0 1 10 0v4.5l1.2 1.5H3.8L5 13.5ZM8.2 17.2a2 2 0 0 0 3.6 0",
        "box" | "order" | "orders" => "M3 6.5 10 3l7 3.5v7L10 17l-7-3.5v-7Zm0 0 7 3.5 7-3.5M10 10v7",
        "check" => "m4.5 10.5 3.5 3.5 7.5-8.5",
        "clock" => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3.5V10l2.5 2",
        "close" => "m5 5 10 10M15 5 5 15",
        "dashboard" | "home" => "M3.5 9 10 3.5 16.5 9v7.5h-4.5v-5h-4v5H3.5V9Z",
        "edit" | "pages" => "M4 16l.8-3.6L13.2 4l2.8 2.8-8.4 8.4L4 16Zm7.5-10.2 2.8 2.8",
        "file" | "invoice" | "invoices" => "M5 2.8h6.5L15 6.3v10.9H5V2.8Zm6 .2v3.8h3.8M7.5 10.5h5m-5 3h5",
        "grid" | "service" | "services" => "M3.5 3.5h5v5h-5zm8 0h5v5h-5zm-8 8h5v5h-5zm8 0h5v5h-5z",
        "info" => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 6v4.5m0-7v.1",
        "lock" => "M5 9h10v8H5V9Zm2 0V6.5a3 3 0 0 1 6 0V9m-3 3v2",
        "menu" => "M3 5.5h14M3 10h14M3 14.5h14",
        "payments" | "wallet" => "M3 5.5h12.5v2.2H17v8.8H3v-11Zm0 0 9.5-2.7v2.7M14 12.2v.1",
        "plus" => "M10 4v12M4 10h12",
        "roles" | "shield" => "M10 2.8 4 5v5c0 3.6 2.6 6.1 6 7.2 3.4-1.1 6-3.6 6-7.2V5l-6-2.2Zm-2.5 7 2 2 3.2-3.8",
        "search" => "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm4 9.5 3.8 3.8",
        "settings" => {
            "M3 6h7m4 0h3M3 14h3m4 0h7M10.2 6a1.9 1.9 0 1 0 3.8 0 1.9 1.9 0 0 0-3.8 0ZM6.2 14a1.9 1.9 0 1 0 3.8 0 1.9 1.9 0 0 0-3.8 0Z"
        }
        "ticket" | "tickets" => "M3.5 4.5h13v9h-6L7 16.8v-3.3H3.5v-9ZM7 8h6m-6 2.7h4",
        "users" | "members" => {
            "M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM2.5 16.5c0-2.6 2.2-4.2 5-4.2s5 1.6 5 4.2M13 4.4a2.8 2.8 0 0 1 0 5.2m1.5 3c1.9.5 3 1.9 3 3.9"
        }
        _ => "M5 3.5h10v13H5z",
    }
}
