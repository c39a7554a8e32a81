//! What an identity provider answers for a code: it signs somebody in by a good ID token, or nobody.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::token_answer(data));
