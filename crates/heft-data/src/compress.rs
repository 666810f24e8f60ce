//! How large a file is on the wire.

use flate2::{Compression, GzBuilder};
use heft_wasm::bytes::Bytes;
use std::io::{self, Write};

/// Largest window of a web browser's brotli: 2^22 bytes, what servers use.
const BROTLI_WINDOW: u32 = 22;
/// The best of brotli's levels.
const BROTLI_QUALITY: u32 = 11;
/// Bytes handed to brotli's encoder at a time; does not change what it writes.
const BROTLI_BUFFER: usize = 64 * 1024;

/// The compressors, by name and setting: part of every compressed size.
pub const COMPRESSORS: [(&str, &str); 2] = [
    ("gzip", "level 9, no name, no time (zlib-rs)"),
    ("brotli", "quality 11, window 22 (Rust brotli)"),
];

/// The size of `data` as gzip level 9 with neither name nor time in its header.
///
/// # Panics
///
/// Never: counting bytes does not fail.
#[must_use]
pub fn gzip(data: &[u8]) -> Bytes {
    let mut encoder = GzBuilder::new().write(Counter(0), Compression::best());
    encoder
        .write_all(data)
        .expect("counting bytes does not fail");
    Bytes(encoder.finish().expect("counting bytes does not fail").0)
}

/// The size of `data` as brotli quality 11 with a window of 2^22 bytes.
///
/// # Panics
///
/// Never: counting bytes does not fail.
#[must_use]
pub fn brotli(data: &[u8]) -> Bytes {
    let mut counter = Counter(0);
    let mut encoder =
        brotli::CompressorWriter::new(&mut counter, BROTLI_BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder
        .write_all(data)
        .expect("counting bytes does not fail");
    drop(encoder);
    Bytes(counter.0)
}

/// Counts what is written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0 += Bytes::of(data).0;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn an_empty_file_costs_only_the_frame() {
        // Ten bytes of header without a name, two of deflate, eight of checksum and length.
        assert_eq!(gzip(b""), Bytes(20));
        assert_eq!(brotli(b""), Bytes(1));
    }

    #[test]
    fn sizes_are_those_of_complete_streams() {
        let data: Vec<u8> = (0..20_000_u32)
            .flat_map(|i| (i * i).to_le_bytes())
            .collect();
        let mut gz = GzBuilder::new().write(Vec::new(), Compression::best());
        gz.write_all(&data).expect("in memory");
        let gz = gz.finish().expect("in memory");
        assert_eq!(gzip(&data), Bytes::of(&gz));
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&gz[..])
            .read_to_end(&mut back)
            .expect("complete");
        assert_eq!(back, data);
        assert!(brotli(&data) < gzip(&data));
    }
}
