//! MTKruto's run-length code: a run of 1 to 255 zeros is a zero and its length; other bytes stand for themselves.

use zeroize::Zeroizing;

use super::problem::Problem;

/// More than any session string decodes to.
const MAX_LEN: usize = 1024;

/// Decodes the runs of zeros.
pub(super) fn decode(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let mut out = Zeroizing::new(Vec::with_capacity(MAX_LEN + usize::from(u8::MAX)));
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        let run = if *byte == 0 { *rest.next().ok_or(Problem::EndsEarly)? } else { 1 };
        let len = out.len() + usize::from(run);
        out.resize(len, *byte);
        if run == 0 || out.len() > MAX_LEN {
            return Err(Problem::Surplus);
        }
    }
    Ok(out)
}

/// Encodes the runs of zeros.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len() * 2));
    for run in bytes.chunk_by(|a, b| *a == 0 && *b == 0) {
        for part in run.chunks(usize::from(u8::MAX)) {
            match part {
                [0, ..] => out.extend([0, u8::try_from(part.len()).unwrap_or(u8::MAX)]),
                _ => out.extend(part),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_fold_and_unfold() {
        for len in [0, 1, 2, 254, 255, 256, 600] {
            let bytes = [vec![7; 3], vec![0; len], vec![1, 0, 2]].concat();
            assert_eq!(decode(&encode(&bytes)).unwrap().as_slice(), bytes);
        }
        assert_eq!(encode(&[0; 256]).as_slice(), [0, 255, 0, 1]);
    }

    #[test]
    fn a_lone_zero_and_a_flood_are_refused() {
        assert_eq!(decode(&[1, 0]), Err(Problem::EndsEarly));
        assert_eq!(decode(&[0, 0]), Err(Problem::Surplus));
        assert_eq!(decode(&[0, 255].repeat(1000)), Err(Problem::Surplus));
    }
}
