//! How an element reaches the page: as text on the server, as nodes in the browser.

use std::{future::Future, pin::Pin};

use leptos::{
    prelude::{AddAnyAttr, AnyView, IntoAny, Mountable, Render, RenderEffect, RenderHtml},
    tachys::{
        html::attribute::{self, Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::{CastFrom, Rndr, types},
        ssr::StreamBuilder,
        view::{Position, PositionState, any_view::AnyViewWithAttrs},
    },
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

use super::element::{Child, Element, Listener, Text, Value};

/// An element of the page, with what keeps it alive.
pub(crate) struct Shown {
    node: types::Element,
    tag: &'static str,
    attributes: Vec<&'static str>,
    children: Vec<ShownChild>,
    // Held and not asked: dropped, they end.
    effects: Vec<RenderEffect<()>>,
    listeners: Vec<Heard>,
}

enum ShownChild {
    Element(Shown),
    Text(<Text as Render>::State),
    View(<AnyView as Render>::State),
}

/// A listener, for as long as it is held.
struct Heard {
    node: types::Element,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Element {
    /// Puts attributes, listeners and the handle on a node; gives back the children.
    fn dress(self, node: types::Element, already_written: bool) -> (Shown, Vec<Child>) {
        if let Some(handle) = self.handle {
            handle.point_at(&node);
        }
        let names = self.attributes.iter().map(|(name, _)| *name).collect();
        let mut effects = Vec::new();
        for (name, value) in self.attributes {
            match value {
                Value::Fixed(_) if already_written => {}
                Value::Fixed(text) => Rndr::set_attribute(&node, name, &text),
                Value::Live(value) => effects.push(written(node.clone(), name, value)),
            }
        }
        let listeners =
            self.listeners.into_iter().map(|(event, listener)| Heard::new(node.clone(), event, listener)).collect();
        let shown = Shown { node, tag: self.tag, attributes: names, children: Vec::new(), effects, listeners };
        (shown, self.children)
    }

    /// The opening tag, with the class behind all else, as Leptos writes it.
    fn open(&mut self, buf: &mut String, extra: Vec<AnyAttribute>) {
        let mut class: Option<Text> = None;
        buf.push('<');
        buf.push_str(self.tag);
        for (name, value) in self.attributes.drain(..) {
            let text = match value {
                Value::Fixed(text) => Some(text),
                Value::Live(value) => value(),
            };
            match text {
                Some(text) if name == "class" => class = Some(text),
                Some(text) => write(name, &text, buf),
                None => {}
            }
        }
        if extra.is_empty() {
            write("class", class.as_deref().unwrap_or_default().trim(), buf);
        } else {
            let mut class = class.map(Text::into_owned).unwrap_or_default();
            let (mut style, mut inner_html) = (String::new(), String::new());
            extra.to_html(buf, &mut class, &mut style, &mut inner_html);
            write("class", class.trim(), buf);
            write("style", style.trim(), buf);
        }
        buf.push('>');
    }

    fn close(&self, buf: &mut String) {
        if !self.is_void() {
            buf.push_str("</");
            buf.push_str(self.tag);
            buf.push('>');
        }
    }

    /// Whether the tag has no end: of these we write one only.
    fn is_void(&self) -> bool {
        self.tag == "input"
    }
}

impl Render for Element {
    type State = Shown;

    fn build(self) -> Shown {
        let node = Rndr::create_element(self.tag, None);
        let (mut shown, children) = self.dress(node, false);
        for child in children {
            let mut child = child.build();
            child.as_mountable().mount(&shown.node, None);
            shown.children.push(child);
        }
        shown
    }

    fn rebuild(self, shown: &mut Shown) {
        let fits = shown.tag == self.tag
            && shown.children.len() == self.children.len()
            && shown.children.iter().zip(&self.children).all(|(shown, child)| shown.fits(child));
        if !fits {
            let mut new = self.build();
            shown.insert_before_this(&mut new);
            shown.unmount();
            *shown = new;
            return;
        }
        // What followed the old signals ends before the new begins.
        shown.effects.clear();
        shown.listeners.clear();
        for name in &shown.attributes {
            if self.attributes.iter().all(|(kept, _)| kept != name) {
                Rndr::remove_attribute(&shown.node, name);
            }
        }
        let (dressed, children) = self.dress(shown.node.clone(), false);
        let old = std::mem::replace(shown, dressed);
        for (mut state, child) in old.children.into_iter().zip(children) {
            child.rebuild(&mut state);
            shown.children.push(state);
        }
    }
}

impl RenderHtml for Element {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {
        for child in &mut self.children {
            match child {
                Child::Element(element) => element.dry_resolve(),
                Child::Text(_) => {}
                Child::View(view) => view.dry_resolve(),
            }
        }
    }

    async fn resolve(mut self) -> Self {
        self.children = futures_util::future::join_all(self.children.into_iter().map(Child::resolve)).await;
        self
    }

    fn to_html_with_buf(
        mut self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra: Vec<AnyAttribute>,
    ) {
        self.open(buf, extra);
        *position = Position::FirstChild;
        for child in std::mem::take(&mut self.children) {
            match child {
                Child::Element(element) => element.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
                Child::Text(text) => text.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
                Child::View(view) => view.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
            }
        }
        self.close(buf);
        *position = Position::NextChild;
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        mut self,
        buffer: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark: bool,
        extra: Vec<AnyAttribute>,
    ) {
        buffer.with_buf(|buf| self.open(buf, extra));
        *position = Position::FirstChild;
        for child in std::mem::take(&mut self.children) {
            match child {
                Child::Element(element) => {
                    element.to_html_async_with_buf::<OUT_OF_ORDER>(buffer, position, escape, mark, Vec::new());
                }
                Child::Text(text) => {
                    text.to_html_async_with_buf::<OUT_OF_ORDER>(buffer, position, escape, mark, Vec::new());
                }
                Child::View(view) => {
                    view.to_html_async_with_buf::<OUT_OF_ORDER>(buffer, position, escape, mark, Vec::new());
                }
            }
        }
        buffer.with_buf(|buf| self.close(buf));
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Shown {
        let (mut shown, children) = self.dress(next_element(cursor, position), FROM_SERVER);
        position.set(Position::FirstChild);
        for child in children {
            shown.children.push(match child {
                Child::Element(element) => ShownChild::Element(element.hydrate::<FROM_SERVER>(cursor, position)),
                Child::Text(text) => ShownChild::Text(text.hydrate::<FROM_SERVER>(cursor, position)),
                Child::View(view) => ShownChild::View(view.hydrate::<FROM_SERVER>(cursor, position)),
            });
        }
        leave(&shown.node, cursor, position);
        shown
    }

    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Shown {
        let (mut shown, children) = self.dress(next_element(cursor, position), true);
        position.set(Position::FirstChild);
        for child in children {
            shown.children.push(child.hydrate_async(cursor, position).await);
        }
        leave(&shown.node, cursor, position);
        shown
    }

    fn html_len(&self) -> usize {
        // A guess that spares the buffer most of its growing.
        64 * (1 + self.children.len())
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Element {
    type Output<NewAttr: Attribute> = AnyViewWithAttrs;

    fn add_any_attr<NewAttr: Attribute>(self, attribute: NewAttr) -> AnyViewWithAttrs {
        self.into_any().add_any_attr(attribute)
    }
}

impl Mountable for Shown {
    fn unmount(&mut self) {
        Rndr::remove(&self.node);
    }

    fn mount(&mut self, parent: &types::Element, marker: Option<&types::Node>) {
        Rndr::insert_node(parent, &self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = Rndr::get_parent(&self.node).and_then(types::Element::cast_from);
        if let Some(parent) = &parent {
            child.mount(parent, Some(&self.node));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<types::Element> {
        vec![self.node.clone()]
    }
}

impl Child {
    fn build(self) -> ShownChild {
        match self {
            Self::Element(element) => ShownChild::Element(element.build()),
            Self::Text(text) => ShownChild::Text(text.build()),
            Self::View(view) => ShownChild::View(view.build()),
        }
    }

    fn rebuild(self, state: &mut ShownChild) {
        match (self, state) {
            (Self::Element(element), ShownChild::Element(state)) => element.rebuild(state),
            (Self::Text(text), ShownChild::Text(state)) => text.rebuild(state),
            (Self::View(view), ShownChild::View(state)) => view.rebuild(state),
            // `fits` was asked before.
            _ => {}
        }
    }

    /// Boxed, because elements stand within elements.
    fn resolve(self) -> Pin<Box<dyn Future<Output = Self> + Send>> {
        Box::pin(async move {
            match self {
                Self::Element(element) => Self::Element(element.resolve().await),
                Self::Text(text) => Self::Text(text),
                Self::View(view) => Self::View(view.resolve().await),
            }
        })
    }

    /// Boxed, as [`Self::resolve`].
    fn hydrate_async<'a>(
        self,
        cursor: &'a Cursor,
        position: &'a PositionState,
    ) -> Pin<Box<dyn Future<Output = ShownChild> + 'a>> {
        Box::pin(async move {
            match self {
                Self::Element(element) => ShownChild::Element(element.hydrate_async(cursor, position).await),
                Self::Text(text) => ShownChild::Text(text.hydrate::<true>(cursor, position)),
                Self::View(view) => ShownChild::View(view.hydrate_async(cursor, position).await),
            }
        })
    }
}

impl ShownChild {
    fn fits(&self, child: &Child) -> bool {
        matches!(
            (self, child),
            (Self::Element(_), Child::Element(_)) | (Self::Text(_), Child::Text(_)) | (Self::View(_), Child::View(_))
        )
    }

    fn as_mountable(&mut self) -> &mut dyn Mountable {
        match self {
            Self::Element(element) => element,
            Self::Text(text) => text,
            Self::View(view) => view,
        }
    }
}

impl Heard {
    fn new(node: types::Element, event: &'static str, listener: Listener) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(listener);
        // A browser that refuses a listener leaves plain HTML, which works.
        node.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()).ok();
        Self { node, event, closure }
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        // The node goes away, or gets another listener: either way this one is not called again.
        self.node.remove_event_listener_with_callback(self.event, self.closure.as_ref().unchecked_ref()).ok();
    }
}

/// Writes an attribute now and whenever it changes.
fn written(node: types::Element, name: &'static str, value: Box<dyn Fn() -> Option<Text> + Send>) -> RenderEffect<()> {
    RenderEffect::new(move |_| match value() {
        Some(text) => Rndr::set_attribute(&node, name, &text),
        None => Rndr::remove_attribute(&node, name),
    })
}

/// Where the cursor meets the next element of the server's markup. Were it another markup, the browser
/// would refuse what is done to the node.
fn next_element(cursor: &Cursor, position: &PositionState) -> types::Element {
    match position.get() {
        Position::Current => {}
        Position::FirstChild => cursor.child(),
        _ => cursor.sibling(),
    }
    cursor.current().unchecked_into()
}

/// Goes on behind the element.
fn leave(node: &types::Element, cursor: &Cursor, position: &PositionState) {
    cursor.set(types::Node::from(node.clone()));
    position.set(Position::NextChild);
}

fn write(name: &str, text: &str, buf: &mut String) {
    if !text.is_empty() || !matches!(name, "class" | "style") {
        attribute::AttributeValue::to_html(text, name, buf);
    }
}
