//! Client assertions (RFC 7523 section 3): whoever is believed said who it is, to us, just now.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::client_assertion(data));
