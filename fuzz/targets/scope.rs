//! Scopes (RFC 6749 section 3.3): what is granted was asked for, and is open to the client.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::scope(data));
