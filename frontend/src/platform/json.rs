//! A JSON value. The browser has a parser for it, so its module brings none for ours.

#[cfg(target_arch = "wasm32")]
use js_sys::{Array, Object, Reflect};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::{JsCast, JsValue};

/// A value inside a text; each question answers nothing where the value is of another kind.
#[cfg(target_arch = "wasm32")]
pub(crate) struct Json(JsValue);

#[cfg(target_arch = "wasm32")]
impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// The member of this name; none and `null` are the same.
    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        let member = Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!member.is_undefined() && !member.is_null()).then_some(Self(member))
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a revision is a small count")]
    pub(crate) fn number(&self) -> Option<u64> {
        self.0.as_f64().map(|number| number as u64)
    }

    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        self.0.dyn_ref::<Array>().map(|array| array.iter().map(Self).collect())
    }

    pub(crate) fn members(&self) -> Option<Vec<(String, Self)>> {
        let names = Object::keys(self.0.dyn_ref::<Object>()?);
        let mut members = Vec::new();
        for name in names.iter() {
            members.push((name.as_string()?, Self(Reflect::get(&self.0, &name).ok()?)));
        }
        Some(members)
    }
}

/// The same outside of a browser.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct Json(serde_json::Value);

#[cfg(not(target_arch = "wasm32"))]
impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        self.0.get(name).filter(|member| !member.is_null()).cloned().map(Self)
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    pub(crate) fn number(&self) -> Option<u64> {
        self.0.as_u64()
    }

    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        Some(self.0.as_array()?.iter().cloned().map(Self).collect())
    }

    pub(crate) fn members(&self) -> Option<Vec<(String, Self)>> {
        Some(self.0.as_object()?.iter().map(|(name, member)| (name.clone(), Self(member.clone()))).collect())
    }
}
