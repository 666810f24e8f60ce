# The heap is sound: whatever a WASI host hands out, with a full memory, in every form that ships; and
# the checker that shows it finds what is not.
{
  artifacts,
  callFile,
  cargo,
  lib,
  matrix,
  modules,
  pkgs,
  programs,
  runCommand,
  workspace,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  inherit (callFile ./artifact.nix) behaves;

  targets = lib.attrNames matrix.targets;
  custom = lib.filter (allocator: allocator != "system") (lib.attrNames matrix.allocators);
  try = name: promises name { nativeBuildInputs = [ pkgs.wasmtime ]; };

  # On wasip2 one heap is the only form; on wasip1 it is asked for.
  oneHeap =
    target: allocator: lib.optional (target == "wasip1" && allocator != "system") "one-heap";

  # A program that is handed all that a WASI host hands out (10 MB of standard input, 5,000 arguments and
  # environment variables, a folder of 2,000 files, random bytes) prints what the native program prints.
  sound = module: ''
    export HOME=$PWD
    seq 1 1500000 >input
    mkdir folder
    for i in $(seq 2000); do
      echo "content of file $i" >folder/file-$i
    done
    for i in $(seq 2500); do
      export SOUND_$i="value of variable $i"
    done
    arguments=(--dir folder $(seq -f 'argument-%g' 2498))

    ${programs.soundness}/bin/soundness "''${arguments[@]}" <input >native
    if ! wasmtime run -S inherit-env=y --dir folder::folder ${module}/soundness.wasm \
      "''${arguments[@]}" <input >found; then
      echo "trapped: $(wc -c <input) bytes of standard input, ''${#arguments[@]} arguments, 2500 variables"
      exit 1
    fi
    if ! diff native found; then
      echo "wrong output: native on the left"
      exit 1
    fi
  '';
  soundness =
    form: profile: target: allocator: features:
    modules.soundness {
      inherit profile target;
      name = "${form}-${allocator}-${target}${matrix.shipped.${profile} or ""}";
      features = [ (matrix.featureOf "alloc-workloads" allocator) ] ++ features;
    };
  ships = target: allocator: sound (soundness "sound" "release-wasm" target allocator (oneHeap target allocator));
  # Under the checking allocator, which looks up every free, every resize and every layout.
  checked =
    target: allocator:
    sound (
      soundness "checked" "release-wasm" target allocator (oneHeap target allocator ++ [ "checked" ])
    );
  # With std compiled anew: it brings a `cabi_realloc` of its own, too.
  min = target: sound (soundness "sound" "min" target matrix.recommended (oneHeap target matrix.recommended));

  each = f: allocators: lib.genAttrs allocators f;
  prefixed = prefix: lib.mapAttrs' (name: lib.nameValuePair "${prefix}-${name}");

  # A full memory does no harm: in a memory with a maximum, requests by Rust's functions and by C's are
  # refused with null, the program lives on, what it had is kept, and what it gives back is found again;
  # so are the edges of sizes and alignments. Every part of the program says that it went well.
  limits = command: ''
    export HOME=$PWD
    ${command} >found || { cat found; exit 1; }
    cat found
    if [ "$(grep -c ': ok$' found)" -ne 8 ]; then
      echo "expected 8 lines that end in \`: ok\`"
      exit 1
    fi
  '';
  mebibytes = count: count * 1024 * 1024;
  full =
    limit: target: allocator:
    let
      module = modules.limits {
        name = "${allocator}-${target}";
        inherit target;
        features = [ (matrix.featureOf "alloc-workloads" allocator) ] ++ lib.optional (allocator != "system") "one-heap";
      };
    in
    limits "wasmtime run -W max-memory-size=${toString limit} ${module}/limits.wasm";
  # A failed assertion of C's says its line, with and without our writer of it, and traps.
  assertion =
    target: allocator:
    let
      module = modules.limits {
        name = "${allocator}-${target}";
        inherit target;
        features = [ (matrix.featureOf "alloc-workloads" allocator) ] ++ lib.optional (allocator != "system") "one-heap";
      };
    in
    ''
      export HOME=$PWD
      if wasmtime run ${module}/limits.wasm assert 2>said; then
        echo "a failed assertion does not fail"
        exit 1
      fi
      cat said
      grep -Fx 'Assertion failed: 1 == 2 (numbers.c: compare: 420)' said
      grep -F unreachable said
    '';
  # Those that free.
  freeing = lib.filter (allocator: allocator != "lol-leaking") matrix.labAllocators;

  # Every operation ends, in the memory that there is to the last byte, and no block is handed out twice:
  # many live blocks of all sizes, a memory filled to 4 GiB and to less, random operations of Rust's, C's
  # and the canonical ABI's against a model. A limit of fuel stands for "it ends".
  endures =
    module: calls:
    "export HOME=$PWD\n"
    + lib.concatMapStrings (call: ''
      echo '${call}'
      wasmtime run -W ${builtins.replaceStrings [ ": " ] [ " ${module}/endure.wasm " ] call}
    '') calls;
  fuel = "fuel=3000000000";
  inMemoryOf = bytes: "max-memory-size=${toString bytes}";
  endureCalls = {
    short = [
      "${fuel}: replace 2000 1"
      "${fuel}: random 22 400000"
      "${inMemoryOf (mebibytes 8)}: random 7 200000"
    ];
    # Not of lol, which walks its list of free blocks.
    edge = [
      "${inMemoryOf (mebibytes 4096)}: edge 1"
      "${inMemoryOf (mebibytes 4096 - 65536)}: edge 1"
    ];
  };
  endure =
    profile: target: allocator:
    modules.endure {
      inherit profile target;
      name = "${profile}-${allocator}-${target}";
      features = [ (matrix.featureOf "alloc-workloads" allocator) ] ++ oneHeap target allocator;
    };
  enduresShort =
    profile: target: allocator:
    endures (endure profile target allocator) (
      endureCalls.short ++ lib.optionals (allocator != "lol") endureCalls.edge
    );
  # The same with the faults put back into the crate.
  enduresFault =
    fault: profile: target: allocator: calls:
    endures ((endure profile target allocator).overrideAttrs (old: {
      pname = "${old.pname}-${fault}";
      postPatch = old.postPatch + "bash ${../crates/wasi-alloc/faults}/${fault}.sh crates/wasi-alloc/src\n";
    })) calls;

  # The components talk HTTP to a server on this machine: slow, broken, huge and malicious ones too. The
  # same tests for each; to compile them once for each would take longer than all else.
  talk =
    name: components:
    cargo.build {
      pname = "http-${name}";
      inherit (workspace.tested.guests) src;
      cargoArtifacts = cargo.testDependencies;
      nativeBuildInputs = [ pkgs.wasmtime ];
      # A test that is skipped prints so, and would pass.
      buildPhaseCargoCommand = ''
        export HOME=$PWD
        for component in ${toString components}; do
          echo "$component"
          CLAWFT_COMPONENT=$component cargo test --locked ${cargo.testFlags} ${cargo.packages workspace.tested.guests.members} --test http -- --nocapture || failed=1
        done >log 2>&1
        cat log
        if [ -n "''${failed-}" ] || grep -q skipped log; then exit 1; fi
      '';
      installPhaseCommand = "cp log $out";
    };
  checkedClawft =
    allocator:
    "${
      modules.clawft {
        name = "checked-${allocator}";
        target = "wasip2";
        features = matrix.allocators.${allocator}.features ++ [ "alloc-checked" ];
      }
    }/clawft.wasm";
  behavesChecked =
    allocator:
    behaves {
      name = "checked-${allocator}";
      target = "wasip2";
      file = checkedClawft allocator;
      inherit (artifacts."${matrix.recommended}-wasip2") behavior;
    };

  # The artifact's program with another stack.
  behavesOnStack =
    name: bytes: target:
    behaves {
      inherit name target;
      file = "${
        modules.clawft {
          inherit name target;
          inherit ((artifact target)) features;
          stack = bytes;
        }
      }/clawft.wasm";
      inherit ((artifact target)) behavior;
    };
  stack = workspace.programs.clawft.stack;

  library = cargo.build {
    pname = "clawft-library";
    src = workspace.members [
      "clawft-types"
      "clawft-wasm"
      "wasi-alloc"
    ];
    CARGO_PROFILE = "release-wasm";
    cargoArtifacts = cargo.wasmDependencies.release-wasm.wasip1;
    buildPhaseCargoCommand = ''
      cargoWithProfile build --locked --target wasm32-wasip1 --package clawft-wasm --lib \
        --no-default-features --features alloc-talc,one-heap,full,c-abi
    '';
    installPhaseCommand = "install -D -m 644 -t $out target/wasm32-wasip1/release-wasm/clawft_wasm.wasm";
    dontFixup = true;
  };
  cInterface =
    name: folder:
    try name {
      calls = ''
        export HOME=$PWD
        cp -r --no-preserve=mode ${folder} c_abi
        bash c_abi/run.sh ${library}/clawft_wasm.wasm
      '';
    };

  # Tracing costs nothing when it is off: the module that ships is, byte for byte, the one that a tree
  # without the tracer gives.
  untraced =
    module:
    module.overrideAttrs (old: {
      postPatch = old.postPatch + ''
        rm -r crates/wasi-alloc/src/tracing crates/wasi-alloc/wit
        sed -i '/not(feature = "tracing")/d' crates/wasi-alloc/src/install.rs
        sed -i -e '/feature = "tracing"/,+1d' -e '/`tracing`/d' \
          crates/wasi-alloc/src/install.rs crates/wasi-alloc/src/lib.rs
        sed -i '/^\(alloc-\)\?tracing = /d' crates/*/Cargo.toml
        if grep -rn tracing crates/wasi-alloc/src crates/*/Cargo.toml; then
          echo "something of the tracer is left; adapt checks/allocators.nix"
          exit 1
        fi
      '';
    });
  same = module: other: ''
    if ! cmp ${module}/clawft.wasm ${other}/clawft.wasm; then
      echo "the module differs from that of a tree without the tracer"
      exit 1
    fi
  '';
  artifact = target: artifacts."${matrix.recommended}-${target}";
  traced =
    target:
    modules.clawft (
      artifact target
      // {
        name = "${(artifact target).name}-traced";
        features = (artifact target).features ++ [ "alloc-tracing" ];
      }
    );
in
{
  checks = {
    allocators-sound = try "allocators-sound" (
      prefixed "wasip2" (each (ships "wasip2") custom)
      // prefixed "checked-wasip2" (each (checked "wasip2") custom)
      // {
        "wasip1-${matrix.recommended}" = ships "wasip1" matrix.recommended;
        "checked-wasip1-${matrix.recommended}" = checked "wasip1" matrix.recommended;
      }
    );
    # With overflow checks and assertions, and the recommended one as it ships.
    allocators-endure = try "allocators-endure" (
      prefixed "checked-wasip2" (
        each (enduresShort "checks" "wasip2") (lib.attrNames matrix.allocators ++ [ "talc-tail" ])
      )
      // lib.genAttrs targets (
        target: enduresShort "release-wasm" target matrix.recommended
      )
    );
    allocators-full-memory = try "allocators-full-memory" (
      prefixed "wasip2" (each (full (mebibytes 8) "wasip2") (lib.attrNames matrix.allocators))
      // {
        "wasip1-${matrix.recommended}" = full (mebibytes 8) "wasip1" matrix.recommended;
        assertion-wasip1 = assertion "wasip1" matrix.recommended;
        assertion-wasip2 = assertion "wasip2" matrix.recommended;
        # The system's allocator, with 64 MiB of addresses. What the program expects is what that does.
        native = limits "(ulimit -v 65536; ${programs.limits}/bin/limits)";
      }
    );
    # The artifacts as they ship, and with every block looked up and fenced; the latter do all else as well
    # that the program can do: files, memory, bad input.
    http = talk "ships" [
      (artifact "wasip2").file
      (checkedClawft matrix.recommended)
    ];
    # The library with a C interface, called as a host calls it.
    c-interface = cInterface "c-interface" ../crates/clawft-wasm/tests/c_abi;
    # And with a quarter of its stack: it has four times what it takes.
    allocators-behavior = try "allocators-behavior" (
      {
        ${matrix.recommended} = behavesChecked matrix.recommended;
      }
      // prefixed "quarter-stack" (
        lib.genAttrs targets (target: behavesOnStack "quarter-stack-${target}" (stack / 4) target)
      )
    );

    rejects-allocators = rejects "allocators" (
      # The plain recipe is caught by the checker, and without any the heap is damaged until it traps.
      lib.genAttrs' custom (
        allocator:
        lib.nameValuePair "plain-checked-${allocator}" {
          check = try "plain-checked-${allocator}" {
            sound = sound (
              soundness "plain-checked" "release-wasm" "wasip2" allocator [
                "unsound-plain"
                "checked"
              ]
            );
          };
          message = "wasi_alloc_checked_wrong_heap";
        }
      )
      // {
        plain = {
          check = try "plain" {
            sound = sound (soundness "plain" "release-wasm" "wasip2" "dlmalloc" [ "unsound-plain" ]);
          };
          message = "trapped";
        };
        # A stack that is too small ends in a trap, not in memory that is something else's.
        stack = {
          check = try "stack" { behaves = behavesOnStack "sixteenth-stack" (stack / 16) "wasip1"; };
          message = "out of bounds";
        };
        # The line by which talc-tail hung is caught by an overflow check, and without one by the fuel of
        # two programs; talc at the end of the address space by its overlaps.
        hang-overflow = {
          check = try "hang-overflow" {
            hang = enduresFault "hang" "checks" "wasip1" "talc-tail" [ "${fuel}: replace 2000 1" ];
          };
          message = "subtract with overflow";
        };
        hang-replace = {
          check = try "hang-replace" {
            hang = enduresFault "hang" "release-wasm" "wasip1" "talc-tail" [ "${fuel}: replace 2000 1" ];
          };
          message = "all fuel consumed";
        };
        hang-random = {
          check = try "hang-random" {
            # Not every sequence of operations comes by the gap that is not found.
            hang = enduresFault "hang" "release-wasm" "wasip1" "talc-tail" (
              map (seed: "${fuel}: random ${toString (2 * seed)} 400000") (lib.range 6 20)
            );
          };
          message = "all fuel consumed";
        };
        overlap = {
          check = try "overlap" {
            overlap = enduresFault "overlap" "release-wasm" "wasip1" "talc" [
              "${inMemoryOf (mebibytes 4096)}: edge 1"
            ];
          };
          message = "not ok";
        };
        never-frees = {
          check = try "never-frees" { full = full (mebibytes 8) "wasip1" "lol-leaking"; };
          message = "exhaustion by alloc: not ok: a tenth of what was given back is not found again";
        };
        # Memory enough for all that the program takes.
        never-full = {
          check = try "never-full" { full = full (mebibytes 1024) "wasip2" "talc"; };
          message = "exhaustion by alloc: not ok: 256 MiB of blocks and none was refused";
        };
        # Another answer than the written one.
        c-interface = {
          check = cInterface "c-interface-other" (
            runCommand "c-abi-other" { } ''
              cp -r --no-preserve=mode ${../crates/clawft-wasm/tests/c_abi} $out
              sed -i '1s/$/ and more/' $out/responses.expected
            ''
          );
          message = "and more";
        };
        # A component that is none.
        http = {
          check = talk "fault" [ (builtins.toFile "none.wasm" "none") ];
          message = "test result: FAILED";
        };
      }
    );
  };

  deep = {
    allocators-endure-all = try "allocators-endure-all" (
      lib.concatMapAttrs (
        target: _:
        prefixed target (
          each (enduresShort "release-wasm" target) (
            lib.filter (allocator: allocator != "lol-leaking") matrix.labAllocators
          )
        )
      ) matrix.targets
    );
    allocators-sound-all = try "allocators-sound-all" (
      prefixed "wasip1" (each (ships "wasip1") custom)
      // prefixed "checked-wasip1" (each (checked "wasip1") custom)
      // prefixed "min" (lib.genAttrs targets min)
    );
    allocators-full-memory-all = try "allocators-full-memory-all" (
      lib.concatMapAttrs (target: _: prefixed target (each (full (mebibytes 8) target) freeing)) matrix.targets
    );
    allocators-http-all = talk "all" (
      map (artifact: artifact.file) (
        lib.filter (artifact: artifact.target == "wasip2") (lib.attrValues artifacts)
      )
      ++ map checkedClawft custom
    );
    allocators-behavior-all = try "allocators-behavior-all" (each behavesChecked custom);
    allocators-tracing = try "allocators-tracing" (
      lib.genAttrs targets (target: same (artifact target).module (untraced (artifact target).module))
    );
    rejects-allocators-tracing = rejects "allocators-tracing" (
      lib.genAttrs targets (target: {
        check = try "tracing-${target}" { same = same (traced target) (untraced (artifact target).module); };
        message = "the module differs from that of a tree without the tracer";
      })
    );
  };
}
