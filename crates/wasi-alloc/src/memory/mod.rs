//! Memory that grows by pages.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

#[cfg(target_arch = "wasm32")]
mod linear;
pub(crate) mod pages;
#[cfg(any(feature = "talc-tail", feature = "slabs", not(target_arch = "wasm32")))]
mod tail;

#[cfg(target_arch = "wasm32")]
pub(crate) use linear::Linear;
pub(crate) use pages::grow;
#[cfg(any(feature = "talc-tail", feature = "slabs", not(target_arch = "wasm32")))]
pub(crate) use tail::Tail;
