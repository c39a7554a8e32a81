//! Header and claims of a logout token (OpenID Connect Back-Channel Logout section 2.6): it ends what it names.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::logout_token(data));
