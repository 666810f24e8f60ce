//! Vectors of length 1, whose product is the cosine of the angle between them.

/// How similar two vectors are, from -1 to 1.
pub(super) fn similarity(a: &[f32], b: &[f32]) -> f32 {
    // Four sums at a time: the additions of one do not wait for those of the others.
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Makes the length 1; `false` if there is none to begin with.
pub(crate) fn normalize(vector: &mut [f32]) -> bool {
    let length = similarity(vector, vector).sqrt();
    if !length.is_normal() {
        return false;
    }
    for value in vector {
        *value /= length;
    }
    true
}

/// As a file holds them: f32, little-endian, one after the other.
pub(super) fn from_bytes(bytes: &[u8], vector: &mut Vec<f32>) {
    vector.clear();
    let (numbers, _) = bytes.as_chunks::<4>();
    vector.extend(numbers.iter().map(|number| f32::from_le_bytes(*number)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_of_unit_vectors_is_the_cosine() {
        let mut a = [3.0, 4.0, 0.0, 0.0];
        assert!(normalize(&mut a));
        assert_eq!(a, [0.6, 0.8, 0.0, 0.0]);
        assert!((similarity(&a, &a) - 1.0).abs() < 1e-6);
        assert_eq!(similarity(&a, &[0.0, 0.0, 1.0, 0.0]), 0.0);
        assert_eq!(similarity(&a, &[-1.0, 0.0, 0.0, 0.0]), -0.6);
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        for value in [0.0, f32::NAN, f32::INFINITY, f32::MAX] {
            assert!(!normalize(&mut [value; 4]), "{value}");
        }
    }
}
