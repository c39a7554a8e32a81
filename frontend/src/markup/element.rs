//! An element being written down: tag, attributes, listeners, children.

use std::borrow::Cow;

use leptos::prelude::{AnyView, GetValue, IntoAny, SetValue, StoredValue};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::Event;

/// An element whose type does not grow with what is in it.
pub(crate) struct Element {
    pub(super) tag: &'static str,
    pub(super) parts: Vec<Part>,
}

/// One thing that was said of an element.
pub(super) enum Part {
    Attribute(&'static str, Value),
    Child(Child),
    Handle(Handle),
    Listener(&'static str, Listener),
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
    /// Boxed, because it is several times the size of everything else that is said of an element.
    View(Box<AnyView>),
}

impl Element {
    pub(crate) const fn new(tag: &'static str) -> Self {
        Self { tag, parts: Vec::new() }
    }

    pub(crate) fn class(self, class: impl Into<Text>) -> Self {
        self.attribute("class", class)
    }

    pub(crate) fn attribute(self, name: &'static str, value: impl Into<Text>) -> Self {
        self.with(Part::Attribute(name, Value::Fixed(value.into())))
    }

    /// Several attributes that never change.
    pub(crate) fn attributes(mut self, attributes: &[(&'static str, &'static str)]) -> Self {
        let fixed = |(name, value): &(&'static str, &'static str)| Part::Attribute(name, Value::Fixed((*value).into()));
        self.parts.extend(attributes.iter().map(fixed));
        self
    }

    /// An attribute that follows the signals which `value` reads; it is gone while there is none.
    pub(crate) fn live<T: Into<Text>>(
        self,
        name: &'static str,
        value: impl Fn() -> Option<T> + Send + 'static,
    ) -> Self {
        self.with(Part::Attribute(name, Value::Live(Box::new(move || value().map(Into::into)))))
    }

    /// Calls `heard` for every such event.
    pub(crate) fn on<E: JsCast>(self, event: &'static str, mut heard: impl FnMut(E) + Send + 'static) -> Self {
        self.with(Part::Listener(event, Box::new(move |event| heard(event.unchecked_into()))))
    }

    /// Lets `handle` find the element once it is in the page.
    pub(crate) fn found_by(self, handle: Handle) -> Self {
        self.with(Part::Handle(handle))
    }

    pub(crate) fn child(self, child: impl Into<Child>) -> Self {
        self.with(Part::Child(child.into()))
    }

    pub(crate) fn children<C: Into<Child>>(self, children: impl IntoIterator<Item = C>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
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
        Self::View(Box::new(view))
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

/// Where an element of the page is found, in the browser. On the server it stays empty, and may be
/// dropped by any thread.
#[derive(Clone, Copy)]
pub(crate) struct Handle(StoredValue<Option<SendWrapper<web_sys::Element>>>);

impl Handle {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The element, once it is in the page.
    pub(crate) fn get<E: JsCast>(self) -> Option<E> {
        self.0.try_get_value().flatten().map(|element| element.take().unchecked_into())
    }

    pub(super) fn point_at(self, element: &web_sys::Element) {
        self.0.set_value(Some(SendWrapper::new(element.clone())));
    }
}

/// A view that is made again whenever a signal changes that `view` reads.
pub(crate) fn follow(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(view);
    view.into_any()
}
