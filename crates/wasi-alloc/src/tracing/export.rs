//! How a host comes by the numbers.

/// On wasip1, and wherever a host sees the module's memory: an address.
#[cfg(not(all(target_os = "wasi", not(target_env = "p1"))))]
mod address {
    use crate::tracing::Stats;
    use crate::tracing::install::STATS;

    /// The address of the layout.
    #[unsafe(no_mangle)]
    extern "C" fn clawft_alloc_stats() -> *const Stats {
        STATS.read()
    }
}

/// In a component, which can't export an address: the interface of wit/alloc-stats.wit, as the
/// canonical ABI has it.
#[cfg(all(target_os = "wasi", not(target_env = "p1")))]
mod interface {
    use crate::tracing::Stats;
    use crate::tracing::install::STATS;
    use core::cell::Cell;
    use core::ptr;

    /// Tells the linker that makes the component of the interface. `wasm-tools component embed` made
    /// the bytes of wit/alloc-stats.wit (crates/wasi-alloc/tests/wit.rs says how).
    #[unsafe(link_section = "component-type:wasm-heft:alloc-stats")]
    #[used]
    static COMPONENT_TYPE: [u8; 154] = *include_bytes!("../../wit/alloc-stats.component-type");

    /// A list of bytes.
    #[repr(C)]
    struct List {
        start: Cell<*const Stats>,
        length: Cell<usize>,
    }

    // SAFETY: the module has one thread (see the crate's documentation).
    unsafe impl Sync for List {}

    static LIST: List = List {
        start: Cell::new(ptr::null()),
        length: Cell::new(0),
    };

    /// Returns where the list stands that the host copies. It is nobody's to free, so there is no
    /// function to be called after.
    #[unsafe(export_name = "wasm-heft:alloc-stats/stats@0.1.0#read")]
    extern "C" fn read() -> *const List {
        LIST.start.set(STATS.read());
        LIST.length.set(size_of::<Stats>());
        &LIST
    }
}
