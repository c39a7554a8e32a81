//! The markup of our components, as one type: the browser loads its code once, however many components there are.
//!
//! `view!` gives every piece of markup a type of its own, and the compiler writes building, hydrating
//! and rebuilding anew for each, several kilobytes a component. An [`Element`] holds its attributes
//! and children in lists instead. What it renders, and how it follows signals, is the same.

mod element;
mod render;
mod shown;

pub(crate) use element::{Element, Handle, follow};
