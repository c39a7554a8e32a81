//! Metadata of an identity provider (OpenID Connect Discovery section 3): the browser goes where it says, or nowhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::provider_metadata(data));
