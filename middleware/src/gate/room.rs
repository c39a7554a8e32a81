//! Room in a request's extensions: the gate's value and the router's fit in without growing on the way.

use http::Extensions;
use portcullis_core::access::Access;

/// Extensions with room for what comes: a copy has as much.
///
/// They are a map that grows at its fourth value, and with the gate's in it the router adds that one.
#[derive(Debug)]
pub(super) struct Room(Extensions);

/// Takes a place; a value without a size costs nothing to copy.
#[derive(Clone, Copy)]
struct Placeholder<const PLACE: usize>;

impl Room {
    pub(super) fn new() -> Self {
        let mut extensions = Extensions::new();
        extensions.insert(Placeholder::<0>);
        extensions.insert(Placeholder::<1>);
        extensions.insert(Placeholder::<2>);
        extensions.insert(Placeholder::<3>);
        // The room stays. One has to stay in it, for a copy of an empty map has none.
        extensions.remove::<Placeholder<1>>();
        extensions.remove::<Placeholder<2>>();
        extensions.remove::<Placeholder<3>>();
        Self(extensions)
    }

    /// Puts the access where the handlers find it.
    pub(super) fn insert(&self, extensions: &mut Extensions, access: Access) {
        if extensions.is_empty() {
            *extensions = self.0.clone();
        }
        extensions.insert(access);
    }
}
