//! `Authorization` at the gate (RFC 6750, RFC 9449): a token that is not good is never nobody's and never anybody's.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::bearer_token(data));
