//! A checksum that depends on every byte, its place, and where one item ends.

/// FNV-1a with 64 bits; constants from the
/// [IETF draft](https://datatracker.ietf.org/doc/html/draft-eastlake-fnv).
#[derive(Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

/// The checksum of `bytes`.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    let mut fnv = Fnv::new();
    fnv.add(bytes);
    fnv.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from the test vectors in the draft's appendix C.
    #[test]
    fn published_vectors_come_out() {
        assert_eq!(of(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
