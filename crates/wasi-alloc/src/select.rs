//! Which allocator the features name, and which combinations are refused.

/// Takes the table of allocators and makes of it
///
/// - `chosen`: the type and the constructor of the allocator whose feature is on;
/// - a `compile_error!` that names the features seen, when they are none or several.
macro_rules! allocators {
    ($($name:ident $feature:literal => { $($items:item)* })*) => {
        $(
            #[cfg(feature = $feature)]
            #[allow(unused_macros, reason = "only an error message uses them")]
            macro_rules! $name { () => { concat!(" `", $feature, "`") }; }
            #[cfg(not(feature = $feature))]
            #[allow(unused_macros, reason = "only an error message uses them")]
            macro_rules! $name { () => { "" }; }
        )*

        #[cfg(not(any($(feature = $feature),*)))]
        compile_error!(concat!(
            "wasi-alloc: no allocator feature is on; switch on exactly one of:",
            $(" `", $feature, "`"),*
        ));

        allocators! {
            @row []
            [concat!(
                "wasi-alloc: more than one allocator feature is on:", $($name!()),*,
                "; keep exactly one (the default is `dlmalloc`: pass `default-features = false`)"
            )]
            $($feature => { $($items)* })*
        }
    };

    // One row; `before` are the features of the rows above it, of which none may be on too.
    (@row [$($before:literal)*] [$several:expr] $feature:literal => { $($items:item)* } $($rest:tt)*) => {
        #[cfg(all(target_arch = "wasm32", feature = $feature, not(any($(feature = $before),*))))]
        pub(crate) mod chosen { $($items)* }

        #[cfg(all(feature = $feature, any($(feature = $before),*)))]
        compile_error!($several);

        allocators! { @row [$($before)* $feature] [$several] $($rest)* }
    };
    (@row [$($before:literal)*] [$several:expr]) => {};
}

allocators! {
    dlmalloc "dlmalloc" => {
        pub(crate) type Allocator = dlmalloc::GlobalDlmalloc;

        pub(crate) const fn new() -> Allocator {
            dlmalloc::GlobalDlmalloc
        }
    }

    talc "talc" => {
        pub(crate) type Allocator = crate::talc_stock::Stock<true>;

        pub(crate) const fn new() -> Allocator {
            crate::talc_stock::Stock::new()
        }
    }

    talc_claim "talc-claim" => {
        pub(crate) type Allocator = crate::talc_stock::Stock<false>;

        pub(crate) const fn new() -> Allocator {
            crate::talc_stock::Stock::new()
        }
    }

    // What differs is a feature of talc's, which this one switches on.
    talc_no_grow "talc-no-grow" => {
        pub(crate) type Allocator = crate::talc_stock::Stock<true>;

        pub(crate) const fn new() -> Allocator {
            crate::talc_stock::Stock::new()
        }
    }

    // As above.
    talc_no_realloc "talc-no-realloc" => {
        pub(crate) type Allocator = crate::talc_stock::Stock<true>;

        pub(crate) const fn new() -> Allocator {
            crate::talc_stock::Stock::new()
        }
    }

    talc_tail "talc-tail" => {
        pub(crate) type Allocator = crate::talc_tail::TalcTail<crate::memory::Linear>;

        pub(crate) const fn new() -> Allocator {
            crate::talc_tail::TalcTail::new(crate::memory::Linear)
        }
    }

    slabs "slabs" => {
        pub(crate) type Allocator = crate::slabs::Slabs<crate::memory::Linear>;

        pub(crate) const fn new() -> Allocator {
            crate::slabs::Slabs::new(crate::memory::Linear)
        }
    }

    lol "lol" => {
        pub(crate) type Allocator =
            lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator>;

        #[allow(unsafe_code, reason = "the constructor asks for a promise about threads")]
        pub(crate) const fn new() -> Allocator {
            // SAFETY: the module has one thread (see the crate's documentation).
            unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) }
        }
    }

    lol_leaking "lol-leaking" => {
        pub(crate) type Allocator =
            lol_alloc::AssumeSingleThreaded<lol_alloc::LeakingAllocator>;

        #[allow(unsafe_code, reason = "the constructor asks for a promise about threads")]
        pub(crate) const fn new() -> Allocator {
            // SAFETY: the module has one thread (see the crate's documentation).
            unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::LeakingAllocator::new()) }
        }
    }

    rlsf "rlsf" => {
        pub(crate) type Allocator = rlsf::SmallGlobalTlsf;

        pub(crate) const fn new() -> Allocator {
            rlsf::SmallGlobalTlsf::new()
        }
    }

    // Nothing to install: std's allocator is wasi-libc's already.
    system "system" => {}
}

#[cfg(all(feature = "one-heap", feature = "system"))]
compile_error!(
    "wasi-alloc: `one-heap` cannot be combined with `system`: C's `malloc` would call itself, and \
     `system` is one heap already; switch `one-heap` off or choose another allocator"
);

#[cfg(all(feature = "checked", feature = "system"))]
compile_error!(
    "wasi-alloc: `checked` cannot be combined with `system`: wasi-libc's own `free` would be handed \
     fenced blocks; choose another allocator"
);

#[cfg(all(feature = "unsound-plain", feature = "one-heap"))]
compile_error!(
    "wasi-alloc: `unsound-plain` means a global allocator and nothing else, `one-heap` is that else; \
     switch one of the two off"
);

// Its rules differ from wasip2's and none of this is tested there: stacks come from the heap, and the
// host calls `cabi_realloc` outside of tasks.
#[cfg(all(target_os = "wasi", target_env = "p3"))]
compile_error!(
    "wasi-alloc: wasm32-wasip3 is not supported: its stacks come from the heap and its host calls \
     `cabi_realloc` outside of tasks, and neither is tested here; leave wasi-alloc out on that target"
);

// NB: stable compilers do not show this feature in `cfg`; there it is on the user (see the crate's
// documentation).
#[cfg(all(
    target_arch = "wasm32",
    target_feature = "atomics",
    not(feature = "system")
))]
compile_error!("wasi-alloc: only `system` can serve a module with threads");
