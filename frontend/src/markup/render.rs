//! How an element reaches the page: as text on the server, as nodes in the browser.

use std::{future::Future, pin::Pin};

use leptos::{
    prelude::{AddAnyAttr, IntoAny, Mountable, Render, RenderHtml},
    tachys::{
        html::attribute::{self, Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::{Rndr, types},
        ssr::StreamBuilder,
        view::{Position, PositionState, any_view::AnyViewWithAttrs},
    },
};
use wasm_bindgen::JsCast;

use super::{
    element::{Child, Element, Part, Text, Value},
    shown::{Heard, Shown, ShownChild, written},
};

impl Element {
    /// Puts attributes, listeners and the handle on a node; gives back the children.
    fn dress(self, node: types::Element, already_written: bool) -> (Shown, Vec<Child>) {
        let mut children = Vec::new();
        let mut shown = Shown {
            node,
            tag: self.tag,
            attributes: Vec::new(),
            children: Vec::new(),
            effects: Vec::new(),
            listeners: Vec::new(),
        };
        for part in self.parts {
            match part {
                Part::Attribute(name, value) => {
                    shown.attributes.push(name);
                    match value {
                        Value::Fixed(_) if already_written => {}
                        Value::Fixed(text) => Rndr::set_attribute(&shown.node, name, &text),
                        Value::Live(value) => shown.effects.push(written(shown.node.clone(), name, value)),
                    }
                }
                Part::Child(child) => children.push(child),
                Part::Handle(handle) => handle.point_at(&shown.node),
                Part::Listener(event, listener) => {
                    shown.listeners.push(Heard::new(shown.node.clone(), event, listener));
                }
            }
        }
        (shown, children)
    }

    fn content(&self) -> impl Iterator<Item = &Child> {
        self.parts.iter().filter_map(|part| match part {
            Part::Child(child) => Some(child),
            _ => None,
        })
    }

    /// Writes the opening tag, with the class behind all else, as Leptos does; gives back the children.
    fn open(self, buf: &mut String, extra: Vec<AnyAttribute>) -> Vec<Child> {
        let (mut class, mut children) = (Text::default(), Vec::new());
        buf.push('<');
        buf.push_str(self.tag);
        for part in self.parts {
            let (name, text) = match part {
                Part::Attribute(name, Value::Fixed(text)) => (name, Some(text)),
                Part::Attribute(name, Value::Live(value)) => (name, value()),
                Part::Child(child) => {
                    children.push(child);
                    continue;
                }
                Part::Handle(_) | Part::Listener(..) => continue,
            };
            match text {
                Some(text) if name == "class" => class = text,
                Some(text) => attribute::AttributeValue::to_html(text.as_ref(), name, buf),
                None => {}
            }
        }
        let mut style = String::new();
        if !extra.is_empty() {
            let mut inner_html = String::new();
            extra.to_html(buf, class.to_mut(), &mut style, &mut inner_html);
        }
        for (name, text) in [("class", class.trim()), ("style", style.trim())] {
            if !text.is_empty() {
                attribute::AttributeValue::to_html(text, name, buf);
            }
        }
        buf.push('>');
        children
    }

    /// Writes the closing tag, if there is one: of the tags without an end we write one only.
    fn close(tag: &str, buf: &mut String) {
        if tag != "input" {
            buf.push_str("</");
            buf.push_str(tag);
            buf.push('>');
        }
    }
}

impl Render for Element {
    type State = Shown;

    fn build(self) -> Shown {
        let node = Rndr::create_element(self.tag, namespace(self.tag));
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
            && shown.children.len() == self.content().count()
            && shown.children.iter().zip(self.content()).all(|(shown, child)| shown.fits(child));
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
        let before = std::mem::take(&mut shown.attributes);
        let (dressed, children) = self.dress(shown.node.clone(), false);
        for name in before.iter().filter(|name| !dressed.attributes.contains(name)) {
            Rndr::remove_attribute(&dressed.node, name);
        }
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
        for part in &mut self.parts {
            match part {
                Part::Child(Child::Element(element)) => element.dry_resolve(),
                Part::Child(Child::View(view)) => view.dry_resolve(),
                _ => {}
            }
        }
    }

    async fn resolve(self) -> Self {
        let parts = futures_util::future::join_all(self.parts.into_iter().map(Part::resolve)).await;
        Self { tag: self.tag, parts }
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra: Vec<AnyAttribute>,
    ) {
        let tag = self.tag;
        let children = self.open(buf, extra);
        *position = Position::FirstChild;
        for child in children {
            match child {
                Child::Element(element) => element.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
                Child::Text(text) => text.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
                Child::View(view) => view.to_html_with_buf(buf, position, escape, mark_branches, Vec::new()),
            }
        }
        Self::close(tag, buf);
        *position = Position::NextChild;
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buffer: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark: bool,
        extra: Vec<AnyAttribute>,
    ) {
        let (tag, mut children) = (self.tag, Vec::new());
        buffer.with_buf(|buf| children = self.open(buf, extra));
        *position = Position::FirstChild;
        for child in children {
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
        buffer.with_buf(|buf| Self::close(tag, buf));
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
        16 * (2 + self.parts.len())
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

impl Part {
    /// Boxed, because elements stand within elements.
    fn resolve(self) -> Pin<Box<dyn Future<Output = Self> + Send>> {
        Box::pin(async move {
            match self {
                Self::Child(Child::Element(element)) => Self::Child(Child::Element(element.resolve().await)),
                Self::Child(Child::View(view)) => Self::Child(Child::View(Box::new(view.resolve().await))),
                settled => settled,
            }
        })
    }
}

/// Of drawings we write these two tags only.
fn namespace(tag: &str) -> Option<&'static str> {
    matches!(tag, "svg" | "path").then_some("http://www.w3.org/2000/svg")
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
