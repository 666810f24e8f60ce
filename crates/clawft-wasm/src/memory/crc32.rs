//! The checksum of the memory's files: CRC-32 as in zip, gzip and PNG.

/// Reflected, as ISO 3309 has it.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The checksum's table, made once per run: as a constant it would be a kilobyte of the artifact.
pub(super) struct Crc32 {
    table: [u32; 256],
}

impl Crc32 {
    pub(super) fn new() -> Self {
        let mut table = [0; 256];
        for (entry, byte) in table.iter_mut().zip(0_u32..) {
            *entry = (0..8).fold(byte, |rest, _| (rest >> 1) ^ (POLYNOMIAL * (rest & 1)));
        }
        Self { table }
    }

    pub(super) fn of(&self, bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |rest: u32, byte| {
            let [low, ..] = rest.to_le_bytes();
            (rest >> 8) ^ self.table[usize::from(low ^ byte)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_check_value_comes_out() {
        assert_eq!(Crc32::new().of(b"123456789"), 0xCBF4_3926);
        assert_eq!(Crc32::new().of(b""), 0);
    }
}
