//! Effects of one type: the browser loads their code once.

use leptos::prelude::Effect;

/// Runs now, in the browser, and again whenever a signal changes that it reads.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
