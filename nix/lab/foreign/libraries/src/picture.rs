//! png: a picture decoded, made gray and half as large, and encoded again.

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};
use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Bytes of a pixel as decoded: red, green, blue, opacity.
const PIXEL: usize = 4;

/// The smaller picture as PNG.
pub(crate) fn work(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let (width, pixels) = decode(path)?;
    let (width, gray) = halve(width, &pixels);
    let height = gray.len() / width;
    let mut printed = Vec::new();
    let mut encoder = Encoder::new(&mut printed, u32::try_from(width)?, u32::try_from(height)?);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.write_header()?.write_image_data(&gray)?;
    Ok(printed)
}

/// The width, and the pixels row by row.
fn decode(path: &Path) -> Result<(usize, Vec<u8>), Box<dyn Error>> {
    let mut decoder = Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().ok_or("too large a picture")?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels)?;
    if info.color_type != ColorType::Rgba {
        return Err(format!("expected colors, found {:?}", info.color_type).into());
    }
    Ok((info.width as usize, pixels))
}

/// The mean of each two by two pixels, in gray.
fn halve(width: usize, pixels: &[u8]) -> (usize, Vec<u8>) {
    let rows: Vec<&[u8]> = pixels.chunks_exact(width * PIXEL).collect();
    let mut gray = Vec::new();
    for pair in rows.chunks_exact(2) {
        for column in (0..width - 1).step_by(2) {
            let sum: u32 = pair
                .iter()
                .flat_map(|row| &row[column * PIXEL..(column + 2) * PIXEL])
                .map(|byte| u32::from(*byte))
                .sum();
            gray.push(u8::try_from(sum / 16).unwrap_or(u8::MAX));
        }
    }
    (width / 2, gray)
}
