//! A proof of possession (RFC 9449 section 4.3): whoever is let in by one made it for this request.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::dpop_proof(data));
