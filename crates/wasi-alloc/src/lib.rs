//! One allocator under the whole WASI module: Rust, C and the canonical ABI.
#![no_std]

#[cfg(any(test, not(target_arch = "wasm32")))]
extern crate alloc;

pub mod c_family;
pub mod canonical;
pub mod checked;
pub mod heap;
#[cfg(all(target_arch = "wasm32", not(feature = "system")))]
mod install;
mod select;

pub use checked::Checked;
pub use heap::{Heap, OneHeap};
