# The matrix: every target with every allocator that ships, and the lab's, which compares more
# allocators in more forms. Packages, checks and tables are mapped from here; a new allocator is one
# row, and one feature of `wasi-alloc` and of the programs.
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
in
rec {
  targets = {
    wasip1.triple = "wasm32-wasip1";
    wasip2.triple = "wasm32-wasip2";
  };

  # cargo: cargo's own profile. optimize: what wasm-opt is asked for. standardLibrary: further cargo
  # arguments of a profile that compiles std as well; rustflags: and with what.
  profiles = {
    release-wasm = {
      cargo = "release-wasm";
      optimize = "-Oz";
    };
    # std for size, too. A panic stops the program without a word: see docs/min.md.
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

  # The profiles that ship, and how they end a variant's name.
  shipped = {
    release-wasm = "";
    min = "-min";
  };

  # features: of clawft-wasm. heap: the allocators that `wasm-heft size` must find in the artifact,
  # all of them and no other.
  allocators = {
    dlmalloc = {
      features = [
        "alloc-dlmalloc"
        "one-heap"
        "full"
      ];
      heap = [ "dlmalloc crate" ];
    };
    lol = {
      features = [
        "alloc-lol"
        "one-heap"
        "full"
      ];
      heap = [ "lol_alloc" ];
    };
    slabs = {
      features = [
        "alloc-slabs"
        "one-heap"
        "full"
      ];
      heap = [ "wasi-alloc slabs" ];
    };
    system = {
      features = [
        "alloc-system"
        "full"
      ];
      heap = [ "wasi-libc dlmalloc" ];
    };
    talc = {
      features = [
        "alloc-talc"
        "one-heap"
        "full"
      ];
      heap = [ "talc" ];
    };
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

  # Allocators that are measured beside those that ship.
  labAllocators = lib.attrNames allocators ++ [
    "lol-leaking"
    "rlsf"
    "talc-claim"
    "talc-no-grow"
    "talc-no-realloc"
    "talc-tail"
  ];

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
          features = [ "alloc-${allocator}" ] ++ lib.optional (form != "system") form;
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
