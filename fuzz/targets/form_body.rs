//! Form bodies of every endpoint that takes one: an answer of the endpoint's own form, whatever the body.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::form_body(data));
