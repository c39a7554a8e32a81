//! The portal: a multi-organization business portal guarded by Portcullis.
#[cfg(feature = "ssr")]
pub mod server;
