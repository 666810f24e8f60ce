//! One more dependency in the program, so that checks have something to notice.

use std::hint::black_box;

/// Has the dependency compress a little text, in such a way that no compiler can leave it out.
pub(crate) fn link() {
    let text = black_box(b"growth-fixture".as_slice());
    black_box(miniz_oxide::deflate::compress_to_vec(text, 6));
}
