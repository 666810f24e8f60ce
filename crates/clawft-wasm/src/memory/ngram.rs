//! The built-in embedder: words and parts of words, counted by hash.
//!
//! Each word, and each three bytes in a row of a word with its ends marked, adds 1 or -1 to one number
//! of the vector; hash bits choose which ("feature hashing", Weinberger et al., 2009). Texts that share
//! words or parts of words come out similar. It knows nothing of meaning, needs no network and no
//! model, and gives the same vector on every machine.

use clawft_types::Dimensions;

use super::vector::normalize;

/// Stored in the memory's file; changes with what comes out.
pub(super) const VERSION: u32 = 1;

/// What a whole word weighs against a part of it.
const WORD_WEIGHT: f32 = 2.0;

/// The vector of `text`, of length 1.
pub(super) fn embed(text: &str, dimensions: Dimensions) -> Vec<f32> {
    let mut vector = vec![0.0; dimensions.count() as usize];
    let mut word = Vec::new();
    for part in text.as_bytes().split(|byte| !is_letter(*byte)) {
        if part.is_empty() {
            continue;
        }
        word.clear();
        word.push(b'<');
        word.extend(part.iter().map(u8::to_ascii_lowercase));
        word.push(b'>');
        count(&mut vector, &word, WORD_WEIGHT);
        for three in word.windows(3) {
            count(&mut vector, three, 1.0);
        }
    }
    // No words at all, or their numbers cancel out.
    if !normalize(&mut vector) {
        count(&mut vector, text.as_bytes(), 1.0);
        normalize(&mut vector);
    }
    vector
}

/// Every byte of a character beyond ASCII counts as a letter: whatever it is, it is not a space.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn count(vector: &mut [f32], feature: &[u8], weight: f32) {
    let hash = fnv1a(feature);
    // The lengths are not powers of two, so all bits take part.
    let place = (hash >> 1) % vector.len() as u64;
    let sign = if hash & 1 == 0 { weight } else { -weight };
    if let Some(number) = usize::try_from(place)
        .ok()
        .and_then(|place| vector.get_mut(place))
    {
        *number += sign;
    }
}

/// FNV-1a, 64 bits, with its high half mixed into the low one.
fn fnv1a(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::super::vector::similarity;
    use super::*;

    fn like(a: &str, b: &str) -> f32 {
        let of = |text| embed(text, Dimensions::ALL[1]);
        similarity(&of(a), &of(b))
    }

    #[test]
    fn every_text_has_a_vector_of_length_1() {
        for text in ["a", "Hello, world", "!?", " ", "\u{4f60}\u{597d}", "\0"] {
            for dimensions in Dimensions::ALL {
                let vector = embed(text, dimensions);
                assert_eq!(vector.len(), dimensions.count() as usize);
                let length = similarity(&vector, &vector);
                assert!((length - 1.0).abs() < 1e-5, "{text}: {length}");
            }
        }
    }

    #[test]
    fn texts_that_share_words_are_more_similar_than_others() {
        let text = "the cat sat on the mat";
        assert!((like(text, "The CAT sat on the mat!") - 1.0).abs() < 1e-5);
        assert!(like(text, "a cat on a mat") > 0.4);
        assert!(like("allocators", "allocator") > 0.5);
        assert!(like(text, "quarterly revenue figures").abs() < 0.25);
    }
}
