//! Header and claims of a signed access token (RFC 9068, RFC 8725): whoever is let in by one was meant.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::access_token(data));
