//! Embeddings as JSON.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a str,
    dimensions: u32,
}

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    embedding: Vec<f32>,
}

/// The body of the request for the vector of `input`.
pub(super) fn request(model: &str, input: &str, dimensions: u32) -> String {
    // A struct of strings and a number always is JSON.
    serde_json::to_string(&Request {
        model,
        input,
        dimensions,
    })
    .unwrap_or_default()
}

/// The vector in `json`, which must have so many `dimensions`.
pub(super) fn vector(json: &[u8], dimensions: u32) -> Result<Vec<f32>, String> {
    let embeddings: Embeddings = clawft_types::from_json(json)
        .map_err(|error| format!("its answer is not an embedding: {error}"))?;
    let vector = embeddings
        .data
        .into_iter()
        .next()
        .map(|first| first.embedding);
    let vector = vector.unwrap_or_default();
    if vector.len() == dimensions as usize {
        return Ok(vector);
    }
    Err(format!(
        "its vectors have {} dimensions instead of {dimensions}",
        vector.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_of_another_length_is_refused() {
        let json = br#"{"object":"list","data":[{"index":0,"embedding":[0.5,-1e-3]}]}"#;
        assert_eq!(vector(json, 2), Ok(vec![0.5, -0.001]));
        assert!(vector(json, 3).is_err());
        assert!(vector(br#"{"data":[]}"#, 3).is_err());
        assert!(vector(br#"{"data":[{"embedding":["x"]}]}"#, 1).is_err());
    }
}
