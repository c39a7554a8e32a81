//! A context that is shared: what a request carries, and what a cache keeps beside it.

use std::{any::Any, fmt, ops::Deref, sync::Arc};

use super::AccessContext;

/// What the gate puts into a request's extensions: one value, one insert. It is read as its [`AccessContext`].
///
/// Absent means that nobody is signed in.
///
/// ```
/// use portcullis_core::access::Access;
///
/// fn slug(access: &Access) -> Option<&str> {
///     access.organization().map(|here| here.organization().slug.as_str())
/// }
/// ```
#[derive(Clone)]
pub struct Access(Arc<Shared<dyn Any + Send + Sync>>);

/// A context and what its keeper needs to know of it, in one block of memory: whoever has found one has found both.
///
/// A portal with a million sessions waits for memory and for little else; so it waits once.
pub struct Shared<T: ?Sized> {
    context: AccessContext,
    /// What is kept beside the context. Its holder alone can read it: an [`Access`] does not show it.
    pub beside: T,
}

impl<T> Shared<T> {
    /// A context with something beside it.
    #[must_use]
    pub const fn new(context: AccessContext, beside: T) -> Self {
        Self { context, beside }
    }

    /// The context.
    #[must_use]
    pub const fn context(&self) -> &AccessContext {
        &self.context
    }
}

impl Access {
    /// A context with nothing beside it.
    #[must_use]
    pub fn new(context: AccessContext) -> Self {
        Arc::new(Shared::new(context, ())).into()
    }
}

impl<T: Send + Sync + 'static> From<Arc<Shared<T>>> for Access {
    fn from(shared: Arc<Shared<T>>) -> Self {
        Self(shared)
    }
}

impl Deref for Access {
    type Target = AccessContext;

    #[inline]
    fn deref(&self) -> &AccessContext {
        &self.0.context
    }
}

/// The context alone: what lies beside it may be a secret.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Access").field(&**self).finish()
    }
}

/// The context alone: what lies beside it may be a secret.
impl<T: ?Sized> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("context", &self.context).finish_non_exhaustive()
    }
}
