//! What a call leaves on the stack and in the processor's vector registers: copies of a key that no variable owns any
//! more. A later call of the program could store them elsewhere.

use std::hint::black_box;

// SQLite, with SQLCipher below it, and the codecs go about this deep. Threads have stacks of 128 KiB or more, and so much is
// in use during a call.
const DEPTH: usize = 64 * 1024;
// Copies of a key and of its session string pass through the same registers as copies of other bytes of that length.
const COPIES: [usize; 2] = [256, 384];

/// Runs a call that has to do with a secret, and overwrites what it has left below this function's own frame.
pub fn scrubbed<T>(call: impl FnOnce() -> T) -> T {
    let answer = apart(call);
    stack();
    registers();
    answer
}

// In a frame of its own, which is overwritten then.
#[inline(never)]
fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}

#[inline(never)]
fn stack() {
    black_box(&mut [0_u8; DEPTH]);
}

#[inline(never)]
fn registers() {
    let (from, mut to) = ([0_u8; 384], [0_u8; 384]);
    for len in black_box(COPIES) {
        to[..len].copy_from_slice(&black_box(&from)[..len]);
        black_box(&mut to);
    }
    vector_registers();
}

// Those through which compiled code copies without calling a function.
#[cfg(target_arch = "x86_64")]
fn vector_registers() {
    // SAFETY: it sets registers to zero and says so.
    unsafe {
        std::arch::asm!(
            "xorps xmm0, xmm0", "xorps xmm1, xmm1", "xorps xmm2, xmm2", "xorps xmm3, xmm3",
            "xorps xmm4, xmm4", "xorps xmm5, xmm5", "xorps xmm6, xmm6", "xorps xmm7, xmm7",
            "xorps xmm8, xmm8", "xorps xmm9, xmm9", "xorps xmm10, xmm10", "xorps xmm11, xmm11",
            "xorps xmm12, xmm12", "xorps xmm13, xmm13", "xorps xmm14, xmm14", "xorps xmm15, xmm15",
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nomem, nostack, preserves_flags),
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vector_registers() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_comes_back() {
        assert_eq!(scrubbed(|| [7_u8; 300].iter().map(|byte| u32::from(*byte)).sum::<u32>()), 2100);
    }
}
