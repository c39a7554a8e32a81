//! Small and capital letters. The browser has the tables for them, so its module brings none.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn lowercase(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn uppercase(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(target_arch = "wasm32")]
pub(crate) fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(target_arch = "wasm32")]
pub(crate) fn uppercase(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}
