//! Artifacts and their sizes.

use heft_data::compress::{brotli, gzip};
use heft_data::measure::Measure;
use heft_wasm::bytes::Bytes;

/// An artifact and its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its name, e.g. `talc-wasip1`.
    pub name: String,
    sizes: [Option<Bytes>; 3],
}

impl Artifact {
    /// Measures the content of an artifact: its length, and as it is compressed what is asked for.
    /// Compressing takes far longer than all the rest.
    #[must_use]
    pub fn measure(name: &str, content: &[u8], asked: &[Measure]) -> Self {
        let (gzip, brotli) = rayon::join(
            || asked.contains(&Measure::Gzip).then(|| gzip(content)),
            || asked.contains(&Measure::Brotli).then(|| brotli(content)),
        );
        Self {
            name: name.to_owned(),
            sizes: [Some(Bytes::of(content)), gzip, brotli],
        }
    }

    /// An artifact of known sizes.
    #[must_use]
    pub fn with_sizes(name: &str, raw: Bytes, gzip: Bytes, brotli: Bytes) -> Self {
        Self {
            name: name.to_owned(),
            sizes: [Some(raw), Some(gzip), Some(brotli)],
        }
    }

    /// Its size by one measure; `None` where that was not asked for.
    #[must_use]
    pub fn known(&self, measure: Measure) -> Option<Bytes> {
        self.sizes[measure as usize]
    }

    /// Its size by one measure.
    ///
    /// # Panics
    ///
    /// When that was not asked for.
    #[must_use]
    pub fn size(&self, measure: Measure) -> Bytes {
        self.known(measure)
            .expect("whoever reads a size has asked for it")
    }
}

/// Whether every pattern must have an artifact, and every entry of a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Yes: a budget for nothing is a mistake.
    Full,
    /// No: only some artifacts are looked at.
    Partial,
}
