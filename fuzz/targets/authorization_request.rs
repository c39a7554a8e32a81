//! Authorization requests (OAuth 2.1 section 4.1, RFC 9207): to the client with state and issuer, or a page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::authorization_request(data));
