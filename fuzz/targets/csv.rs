#![no_main]

#[allow(dead_code, reason = "each program runs one of five")]
#[path = "../../tests/it/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::csv(data));
