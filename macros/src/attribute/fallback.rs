//! The item as written, and the mistakes: no second wave of errors buries the first.

use proc_macro2::TokenStream;

use crate::mistakes::Mistakes;

pub(super) fn fallback(item: TokenStream, mistakes: &Mistakes) -> TokenStream {
    let mut tokens = item;
    tokens.extend(mistakes.to_tokens());
    tokens
}
