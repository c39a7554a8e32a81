//! Where a sign-in returns to: a path of our own origin, however it is written.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::return_to(data));
