# The matrix: every target with every allocator that ships, and the lab's, which compares more
# allocators in more forms. Packages, checks and tables are mapped from here. A new allocator is a feature
# of `wasi-alloc` and its row in `wasi-alloc/src/select.rs`: then the lab has it. To ship it is one line here.
{ lib }:

let
  std-for-size = {
    cargo = "release-wasm";
    optimize = "-Oz";
    standardLibrary = "-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size";
    rustflags = "";
  };
  immediate-abort = std-for-size // {
    rustflags = "-Zunstable-options -Cpanic=immediate-abort";
  };

  featuresOf = crate: (lib.importTOML (../crates + "/${crate}/Cargo.toml")).features;
  # Every feature of `wasi-alloc` but these is an allocator.
  forms = [
    "default"
    "one-heap"
    "checked"
    "tracing"
    "unsound-plain"
  ];
in
rec {
  targets = {
    wasip1.triple = "wasm32-wasip1";
    wasip2.triple = "wasm32-wasip2";
  };

  # cargo: cargo's own profile. optimize: what wasm-opt is asked for. standardLibrary: further cargo
  # arguments of a profile that compiles std as well; rustflags: and with what. compiledAs: the profile whose modules
  # it optimizes, where it compiles nothing itself; panics: what a panic does in them, `keep` if it is not said.
  profiles = {
    release-wasm = {
      cargo = "release-wasm";
      optimize = "-Oz";
    };
    # The modules of release-wasm with panics as traps: see docs/commands/optimize.md.
    trap = profiles.release-wasm // {
      compiledAs = "release-wasm";
      panics = "trap";
    };
    # std for size, too. A panic stops the program without a message: see docs/min.md.
    # NB: no `-Zfmt-debug=none`: it empties `{:?}`, which programs print to their users, in errors of
    # serde for one.
    min = immediate-abort // {
      rustflags = "${immediate-abort.rustflags} -Zlocation-detail=none";
    };
    # The steps to it, for the table of docs/min.md.
    inherit immediate-abort std-for-size;
    release-wasm-speed = {
      cargo = "release-wasm-speed";
      optimize = "-O3";
    };
    # Programs of tests: arithmetic that overflows and a broken assertion are traps.
    checks.cargo = "release-wasm-checks";
  };

  # What a host of WASI 0.1 uses of a program, by the "application ABI" of WebAssembly/WASI; a module for wasip1
  # keeps these exports. rustc exports more: whatever is `#[no_mangle]`, C's `malloc` of an allocator for one.
  exports = [
    "_start"
    "memory"
  ];

  # What wasm-opt is asked for in a program that ships, of a profile: its passes, and that no address below 1,024 is
  # the sum of an address that wraps and a constant. Constants then go into the offsets of loads and stores. (lld puts
  # no data there, and rustc links with --stack-first: it is the end of the stack, where such a sum now traps.)
  passes = profile: "${profiles.${profile}.optimize} --low-memory-unused";

  # The profiles that ship, and how they end a variant's name.
  shipped = {
    release-wasm = "";
    min = "-min";
  };

  # The profiles that there are for anybody's program: those, and what ships of ours for the recommended allocator alone.
  offered = shipped // {
    trap = "-trap";
  };

  # What a program is asked for to have this allocator: a feature of its own if it has one of that name, else
  # wasi-alloc's.
  # NB: those of their own stay: a crate's features are in the names of its functions, and so in its bytes.
  featureOf =
    program: allocator:
    let
      own = "alloc-${allocator}";
    in
    if (featuresOf program) ? ${own} then own else "wasi-alloc/${allocator}";

  # The allocators that ship, each with those that `wasm-heft size` must find in the artifact (heap): all of them
  # and no other. features: of clawft-wasm.
  allocators =
    lib.mapAttrs
      (allocator: heap: {
        inherit heap;
        # wasi-libc's allocator is one heap as it is.
        features =
          [ (featureOf "clawft-wasm" allocator) ] ++ lib.optional (allocator != "system") "one-heap" ++ [ "full" ];
      })
      {
        dlmalloc = [ "dlmalloc crate" ];
        lol = [ "lol_alloc" ];
        slabs = [ "wasi-alloc slabs" ];
        system = [ "wasi-libc dlmalloc" ];
        talc = [ "talc" ];
      };

  # The allocator of `packages.default`: the winner of docs/adr/0001-global-allocator.md.
  recommended = "slabs";

  # What people do without this project: the dlmalloc crate as global allocator and nothing else.
  # Only to measure against: on wasip2 such a module corrupts its memory.
  plain = {
    features = [
      "alloc-dlmalloc"
      "alloc-unsound-plain"
      "full"
    ];
  };

  variants = map (
    {
      allocator,
      profile,
      target,
    }:
    {
      name = "${allocator}-${target}${shipped.${profile}}";
      inherit allocator profile target;
      inherit (targets.${target}) triple;
      inherit (allocators.${allocator}) features heap;
    }
  ) (
    lib.cartesianProduct {
      allocator = lib.attrNames allocators;
      profile = lib.attrNames shipped;
      target = lib.attrNames targets;
    }
  );
  names = map (variant: variant.name) variants;

  # All there are: those that ship, and those that are measured beside them.
  labAllocators =
    let
      shipping = lib.attrNames allocators;
      isOther = feature: !lib.elem feature (forms ++ shipping);
    in
    shipping ++ lib.filter isOther (lib.attrNames (featuresOf "wasi-alloc"));

  # What is measured: every allocator as it ships (one heap, for size) and in further forms. `-plain`
  # is a global allocator and nothing else, `-speed` is compiled for speed. features: of
  # alloc-workloads.
  lab =
    let
      row =
        {
          allocator,
          profile,
          target,
          form,
        }:
        {
          name = lib.concatStringsSep "-" (
            [
              allocator
              target
            ]
            ++ lib.optional (form == "unsound-plain") "plain"
            ++ lib.optional (profile == "release-wasm-speed") "speed"
          );
          inherit allocator profile target;
          features = [ (featureOf "alloc-workloads" allocator) ] ++ lib.optional (form != "system") form;
        };
      # wasi-libc's allocator is one heap as it is.
      rows =
        allocators: form:
        map row (
          lib.cartesianProduct {
            allocator = allocators;
            form = [ form ];
            profile = [
              "release-wasm"
              "release-wasm-speed"
            ];
            target = lib.attrNames targets;
          }
        );
      custom = lib.filter (allocator: allocator != "system") labAllocators;
    in
    rows custom "one-heap" ++ rows custom "unsound-plain" ++ rows [ "system" ] "system";
}
