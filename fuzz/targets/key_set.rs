//! Key sets of an issuer (RFC 7517): a token is verified by the key that signed it, and by no other.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::key_set(data));
