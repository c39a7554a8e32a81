//! `Cookie` at the gate: a session that is not there is never nobody's and never anybody's.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::session_cookie(data));
