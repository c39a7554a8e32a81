//! What stands in the page: nodes, and what keeps them listening and following.

use std::{future::Future, pin::Pin};

use leptos::{
    prelude::{AnyView, Mountable, Render, RenderEffect, RenderHtml},
    tachys::{
        hydration::Cursor,
        renderer::{CastFrom, Rndr, types},
        view::PositionState,
    },
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

use super::element::{Child, Listener, Text};

/// An element of the page, with what keeps it alive.
pub(crate) struct Shown {
    pub(super) node: types::Element,
    pub(super) tag: &'static str,
    pub(super) attributes: Vec<&'static str>,
    pub(super) children: Vec<ShownChild>,
    // Held and not asked: dropped, they end.
    pub(super) effects: Vec<RenderEffect<()>>,
    pub(super) listeners: Vec<Heard>,
}

pub(super) enum ShownChild {
    Element(Shown),
    Text(<Text as Render>::State),
    View(<AnyView as Render>::State),
}

/// A listener, for as long as it is held.
pub(super) struct Heard {
    node: types::Element,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
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
    pub(super) fn build(self) -> ShownChild {
        match self {
            Self::Element(element) => ShownChild::Element(element.build()),
            Self::Text(text) => ShownChild::Text(text.build()),
            Self::View(view) => ShownChild::View(view.build()),
        }
    }

    pub(super) fn rebuild(self, state: &mut ShownChild) {
        match (self, state) {
            (Self::Element(element), ShownChild::Element(state)) => element.rebuild(state),
            (Self::Text(text), ShownChild::Text(state)) => text.rebuild(state),
            (Self::View(view), ShownChild::View(state)) => view.rebuild(state),
            // `fits` was asked before.
            _ => {}
        }
    }

    /// Boxed, because elements stand within elements.
    pub(super) fn hydrate_async<'a>(
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
    pub(super) fn fits(&self, child: &Child) -> bool {
        matches!(
            (self, child),
            (Self::Element(_), Child::Element(_)) | (Self::Text(_), Child::Text(_)) | (Self::View(_), Child::View(_))
        )
    }

    pub(super) fn as_mountable(&mut self) -> &mut dyn Mountable {
        match self {
            Self::Element(element) => element,
            Self::Text(text) => text,
            Self::View(view) => view,
        }
    }
}

impl Heard {
    pub(super) fn new(node: types::Element, event: &'static str, listener: Listener) -> Self {
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
pub(super) fn written(
    node: types::Element,
    name: &'static str,
    value: Box<dyn Fn() -> Option<Text> + Send>,
) -> RenderEffect<()> {
    RenderEffect::new(move |_| match value() {
        Some(text) => Rndr::set_attribute(&node, name, &text),
        None => Rndr::remove_attribute(&node, name),
    })
}
