//! The last words of a module whose heap is not sound.

use super::fault::Fault;

/// Writes the fault to standard error in one line and traps.
///
/// The trap's back trace names a function after the kind of fault, should the line not get out.
#[cfg(all(target_arch = "wasm32", feature = "checked"))]
pub(super) fn die(fault: Fault) -> ! {
    wasm::print(&fault);
    match fault {
        Fault::Unknown(..) => wasm::wasi_alloc_checked_unknown_pointer(),
        Fault::DoubleFree(..) => wasm::wasi_alloc_checked_double_free(),
        Fault::WrongHeap(..) => wasm::wasi_alloc_checked_wrong_heap(),
        Fault::WrongLayout(..) => wasm::wasi_alloc_checked_wrong_layout(),
        Fault::Fence(..) => wasm::wasi_alloc_checked_fence_overwritten(),
        Fault::TableFull => wasm::wasi_alloc_checked_table_full(),
    }
}

/// Panics with the fault: outside WebAssembly the checker is only ever a value in a test.
#[cfg(not(all(target_arch = "wasm32", feature = "checked")))]
pub(super) fn die(fault: Fault) -> ! {
    panic!("{fault}")
}

#[cfg(all(target_arch = "wasm32", feature = "checked"))]
mod wasm {
    #![allow(unsafe_code, reason = "calls libc's write")]

    use super::Fault;
    use core::cell::Cell;
    use core::fmt::{self, Write};

    /// One function per kind of fault. Each traps with a number of its own, lest the compiler fold
    /// them into one.
    macro_rules! traps {
        ($($name:ident $number:literal)*) => { $(
            #[inline(never)]
            pub(super) fn $name() -> ! {
                core::hint::black_box($number);
                core::arch::wasm32::unreachable()
            }
        )* };
    }

    traps! {
        wasi_alloc_checked_unknown_pointer 1
        wasi_alloc_checked_double_free 2
        wasi_alloc_checked_wrong_heap 3
        wasi_alloc_checked_wrong_layout 4
        wasi_alloc_checked_fence_overwritten 5
        wasi_alloc_checked_table_full 6
    }

    /// A line on the stack; what does not fit is cut.
    struct Line {
        bytes: [u8; 256],
        len: usize,
    }

    impl Write for Line {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                // The last byte is kept for the line's end.
                if self.len + 1 < self.bytes.len() {
                    self.bytes[self.len] = byte;
                    self.len += 1;
                }
            }
            Ok(())
        }
    }

    /// Whether the line is being written.
    struct Reporting(Cell<bool>);

    // SAFETY: the module has one thread.
    unsafe impl Sync for Reporting {}

    static REPORTING: Reporting = Reporting(Cell::new(false));

    unsafe extern "C" {
        fn write(fd: i32, bytes: *const u8, len: usize) -> isize;
    }

    pub(super) fn print(fault: &Fault) {
        // On wasip2 libc may allocate for its first `write`. A fault in there would end up here
        // again; the first one is the one to tell about.
        if REPORTING.0.replace(true) {
            return;
        }
        let mut line = Line {
            bytes: [0; 256],
            len: 0,
        };
        let _ = write!(line, "wasi-alloc: {fault}");
        line.bytes[line.len] = b'\n';
        // SAFETY: the bytes are initialized and `len + 1` is at most their number.
        unsafe { write(2, line.bytes.as_ptr(), line.len + 1) };
    }
}
