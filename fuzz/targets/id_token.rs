//! Header and claims of an ID token (OpenID Connect Core section 3.1.3.7): whoever is signed in by one was meant.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::id_token(data));
