//! An object file of two symbols, for a linker.
#![no_std]

#[unsafe(no_mangle)]
pub extern "C" fn triple(number: u32) -> u32 {
    number * 3
}

#[unsafe(no_mangle)]
pub static NAME: [u8; 4] = *b"heft";
