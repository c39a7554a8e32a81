//! An element being written down: tag, attributes, listeners, children.

use std::borrow::Cow;

use leptos::{
    prelude::{AnyView, GetValue, IntoAny, LocalStorage, SetValue, StoredValue},
    tachys::html::InertElement,
};
use wasm_bindgen::JsCast;
use web_sys::Event;

/// An element whose type does not grow with what is in it.
pub(crate) struct Element {
    pub(super) tag: &'static str,
    pub(super) attributes: Vec<(&'static str, Value)>,
    pub(super) listeners: Vec<(&'static str, Listener)>,
    pub(super) handle: Option<Handle>,
    pub(super) children: Vec<Child>,
}

/// What an attribute says.
pub(super) enum Value {
    Fixed(Text),
    /// Follows the signals that it reads; none takes the attribute away.
    Live(Box<dyn Fn() -> Option<Text> + Send>),
}

pub(super) type Text = Cow<'static, str>;

pub(super) type Listener = Box<dyn FnMut(Event) + Send>;

/// What stands inside an element.
pub(crate) enum Child {
    Element(Element),
    Text(Text),
    View(AnyView),
}

impl Element {
    pub(crate) const fn new(tag: &'static str) -> Self {
        Self { tag, attributes: Vec::new(), listeners: Vec::new(), handle: None, children: Vec::new() }
    }

    pub(crate) fn class(self, class: impl Into<Text>) -> Self {
        self.attribute("class", class)
    }

    pub(crate) fn attribute(mut self, name: &'static str, value: impl Into<Text>) -> Self {
        self.attributes.push((name, Value::Fixed(value.into())));
        self
    }

    /// Several attributes that never change.
    pub(crate) fn attributes<const N: usize>(mut self, attributes: [(&'static str, &'static str); N]) -> Self {
        self.attributes.extend(attributes.map(|(name, value)| (name, Value::Fixed(value.into()))));
        self
    }

    /// An attribute that follows the signals which `value` reads; it is gone while there is none.
    pub(crate) fn live<T: Into<Text>>(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<T> + Send + 'static,
    ) -> Self {
        self.attributes.push((name, Value::Live(Box::new(move || value().map(Into::into)))));
        self
    }

    /// Calls `heard` for every such event.
    pub(crate) fn on<E: JsCast>(mut self, event: &'static str, mut heard: impl FnMut(E) + Send + 'static) -> Self {
        self.listeners.push((event, Box::new(move |event| heard(event.unchecked_into()))));
        self
    }

    /// Lets `handle` find the element once it is in the page.
    pub(crate) fn found_by(mut self, handle: Handle) -> Self {
        self.handle = Some(handle);
        self
    }

    pub(crate) fn child(mut self, child: impl Into<Child>) -> Self {
        self.children.push(child.into());
        self
    }

    pub(crate) fn children<C: Into<Child>>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }
}

impl From<Element> for Child {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<AnyView> for Child {
    fn from(view: AnyView) -> Self {
        Self::View(view)
    }
}

impl From<&'static str> for Child {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Child {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// Where an element of the page is found, in the browser.
#[derive(Clone, Copy)]
pub(crate) struct Handle(StoredValue<Option<web_sys::Element>, LocalStorage>);

impl Handle {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// The element, once it is in the page.
    pub(crate) fn get<E: JsCast>(self) -> Option<E> {
        self.0.try_get_value().flatten().map(JsCast::unchecked_into)
    }

    pub(super) fn point_at(self, element: &web_sys::Element) {
        self.0.set_value(Some(element.clone()));
    }
}

/// A view that is made again whenever a signal changes that `view` reads.
pub(crate) fn follow(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(view);
    view.into_any()
}

/// Markup that never changes, as it is written.
pub(crate) fn inert(html: &'static str) -> AnyView {
    InertElement::new(html).into_any()
}
