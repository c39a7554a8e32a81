//! Client metadata (RFC 7591): what is registered is what was asked for, and nothing that reaches inside.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::registration(data));
