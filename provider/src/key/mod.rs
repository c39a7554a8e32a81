//! Signing keys: one key ([`SigningKey`]), all that are published ([`KeySet`]), and their keeper ([`KeyRing`]).

mod ring;
mod set;
mod signing;

pub(crate) use ring::KeyRing;
pub(crate) use set::KeySet;
pub(crate) use signing::SigningKey;
