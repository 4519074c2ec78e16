//! What is fuzzed: functions of any bytes. They panic where a promise does not hold. `tests/fuzz` runs them for a short time with
//! changed samples, `make fuzz` for a long one under libFuzzer and the address sanitizer.

mod binary;
mod calls;
mod images;
mod json;
mod secrets;
mod strings;

/// Runs the target of this name.
pub fn run(target: &str, bytes: &[u8]) {
    match target {
        "strings" => strings::run(bytes),
        "json" => json::run(bytes),
        "binary" => binary::run(bytes),
        "images" => images::run(bytes),
        "calls" => calls::run(bytes),
        _ => panic!("there is no target {target}"),
    }
}
