//! Redirect URIs (OAuth 2.1 section 4.1.1, RFC 8252 section 7.3): a code goes to a registered one or nowhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::redirect_uri(data));
