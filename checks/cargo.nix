# The workspace: formatted, free of lints on every target with every allocator, tested, documented; its
# scripts, its lock and what it asks of the toolchain; tables of documents that are cut from other files.
{
  callFile,
  cargo,
  documents,
  lib,
  matrix,
  pkgs,
  runCommand,
  toolchain,
  workspace,
}:

let
  inherit (cargo) build craneLib common;
  inherit (workspace) tested;
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  # Nothing is compiled, so there are no crates and no paths to remap.
  formatted =
    src:
    craneLib.cargoFmt (
      common
      // {
        inherit src;
        preBuild = "";
        doInstallCargoArtifacts = false;
      }
    );

  # A crate of one file, for the faults.
  crate =
    source:
    runCommand "crate" { } ''
      mkdir -p $out/src
      printf '[package]\nname = "fault"\nversion = "0.0.0"\nedition = "2024"\n' >$out/Cargo.toml
      cp ${builtins.toFile "lib.rs" source} $out/src/lib.rs
    '';
  onCrate =
    command: source:
    build {
      pname = "fault";
      src = crate source;
      postPatch = "";
      cargoVendorDir = null;
      cargoArtifacts = null;
      preBuild = "";
      buildPhaseCargoCommand = command;
    };

  clippyFlags = "-- --deny warnings";
  allocators = [
    "alloc-workloads"
    "wasi-alloc"
  ];

  # NB: what has a name early in the alphabet starts early, and tests take longer than most.
  tests =
    name:
    { members, src }:
    build {
      pname = name;
      inherit src;
      cargoArtifacts = cargo.testDependencies;
      # Tests run the real tools, and fail without them.
      nativeBuildInputs = [
        pkgs.binaryen
        pkgs.cargo-nextest
        pkgs.curl
        pkgs.wabt
        pkgs.wasm-tools
      ];
      NEXTEST_SHOW_PROGRESS = "counter";
      buildPhaseCargoCommand = ''
        cargo nextest run --no-fail-fast --locked ${cargo.testFlags} ${cargo.packages members}
      '';
      installPhaseCommand = "mkdir -p $out";
    };

  # Two looks at the same types: the lints of all targets, then the documentation.
  looked =
    args:
    build (
      {
        CARGO_PROFILE = "dev";
        cargoArtifacts = cargo.checkDependencies;
      }
      // args
    );
  clippy =
    name: src: members: more:
    looked {
      pname = name;
      inherit src;
      buildPhaseCargoCommand = ''
        cargoWithProfile clippy --locked ${cargo.packages members} --all-targets ${clippyFlags}
        ${more}
      '';
    };
  docs =
    name:
    { members, src }:
    looked {
      pname = name;
      inherit src;
      RUSTDOCFLAGS = "--deny warnings";
      buildPhaseCargoCommand = "cargoWithProfile doc --locked ${cargo.packages members} --no-deps --document-private-items --lib ${cargo.sharedWithTests}";
    };

  # The guests, on their own targets as well: what is compiled there is not what is compiled natively. Every
  # allocator, and with one of them every form and every feature there is beside it.
  inPackage = package: feature: if lib.hasPrefix "wasi-alloc/" feature then feature else "${package}/${feature}";
  onWasm =
    rows:
    lib.concatMapStrings (
      { triple }:
      lib.concatMapStrings (
        { package, features }:
        ''
          cargoWithProfile clippy --locked --target ${triple} --package ${package} --no-default-features \
            --features "${lib.concatMapStringsSep "," (inPackage package) features}" ${clippyFlags}
        ''
      ) rows
    ) (lib.attrValues matrix.targets);
  inherit (matrix) recommended;
  row = package: features: { inherit features package; };
  programRows =
    map (row "clawft-wasm") (
      lib.mapAttrsToList (_: { features, ... }: features) matrix.allocators
      ++ [
        [ "alloc-${recommended}" "stub" ]
        [ "alloc-${recommended}" "alloc-unsound-plain" "full" ]
        [ "alloc-${recommended}" "one-heap" "full" "c-abi" "alloc-checked" ]
        [ "alloc-${recommended}" "one-heap" "files" "alloc-tracing" ]
      ]
    )
    ++ [ (row "clawft-types" [ ]) ];
  allocatorRows =
    map (allocator: row "wasi-alloc" [ allocator ]) matrix.labAllocators
    ++ map (form: row "alloc-workloads" [ "alloc-${recommended}" form ]) [
      "alloc-tracing"
      "checked"
      "one-heap"
      "unsound-plain"
    ];

  # `wasi-alloc` refuses what makes no sense, and says which features it saw.
  refusedFeatures = {
    "" = "no allocator feature is on; switch on exactly one of: `dlmalloc` `talc` ";
    "dlmalloc,talc" = "more than one allocator feature is on: `dlmalloc` `talc`;";
    "talc,talc-claim" = "more than one allocator feature is on: `talc` `talc-claim`;";
    "lol,lol-leaking,rlsf" = "more than one allocator feature is on: `lol` `lol-leaking` `rlsf`;";
    "lol,system" = "more than one allocator feature is on: `lol` `system`;";
    "system,one-heap" = "`one-heap` cannot be combined with `system`";
    "talc,unsound-plain,one-heap" = "`unsound-plain` means a global allocator and nothing else";
  };
  refuses = features: message: ''
    if cargo check --locked --package wasi-alloc --no-default-features --features "${features}" 2>log; then
      echo "features \"${features}\" were accepted; expected:" ${lib.escapeShellArg message}
      exit 1
    fi
    # NB: rustc breaks no lines in the text of a compile_error.
    if ! grep -F -e ${lib.escapeShellArg message} log; then
      cat log
      echo "features \"${features}\" were refused in other words; expected:" ${lib.escapeShellArg message}
      exit 1
    fi
  '';
  features = build {
    pname = "features";
    src = workspace.members [ "wasi-alloc" ];
    cargoArtifacts = null;
    buildPhaseCargoCommand = lib.concatStrings (lib.mapAttrsToList refuses refusedFeatures);
  };

  # The shell scripts of the tree, its recipes, the form of its TOML, what its lock brings, what its crates say of
  # themselves, the names of its functions, what optimizes, the lock of the standard library that `min` reads, and tables
  # in documents that are cut from other files.
  files =
    name:
    promises name {
      nativeBuildInputs = [
        pkgs.cargo-deny
        pkgs.jq
        pkgs.just
        pkgs.shellcheck
        pkgs.taplo
        toolchain
      ];
    };
  shellcheck = scripts: "shellcheck ${lib.concatMapStringsSep " " (script: "${script}") scripts}";
  recipes = file: "just --justfile ${file} --summary";
  toml = folder: ''
    cp -r --no-preserve=mode ${folder} tree
    cd tree
    if ! RUST_LOG=warn taplo format --check; then
      echo "a TOML file is not properly formatted, or is none: run \`taplo format\`"
      exit 1
    fi
  '';
  denied = manifest: lock: ''
    cp -r --no-preserve=mode ${manifest} tree
    cd tree
    ${workspace.stubs}
    ${lib.optionalString (lock != null) "cp ${lock} Cargo.lock"}
    export HOME=$PWD CARGO_HOME=$PWD/.cargo-home CARGO_NET_OFFLINE=true
    mkdir .cargo-home
    cat ${common.cargoVendorDir}/config.toml >>.cargo-home/config.toml
    cargo deny --offline check bans licenses sources
  '';
  published = tree: ''
    cp -r --no-preserve=mode ${tree} tree
    cp ${../LICENSE} tree/LICENSE
    export HOME=$PWD CARGO_HOME=$PWD/.cargo-home CARGO_NET_OFFLINE=true
    mkdir .cargo-home
    cat ${common.cargoVendorDir}/config.toml >.cargo-home/config.toml
    bash ${../release/crates} tree
  '';
  # NB: `grep` ends with 2 where there is nothing to read.
  names = tree: ''
    status=0
    grep -rnwE --include='*.rs' 'fn (words|says|said|asked|gone|told|seen)' ${tree}/crates || status=$?
    if [ "$status" != 1 ]; then
      echo "a function is called after what it does or returns: see STYLE.md"
      exit 1
    fi
  '';
  tables = cut: lib.concatStrings (lib.mapAttrsToList documents.compare cut);
  # What an artifact waits for is compiled from as little as it needs: a change of a page optimizes nothing again.
  sourceOf = program: workspace.membersWithout program.members (program.without or (lib.fileset.unions [ ]));
  small = program: ''
    if [ -e ${sourceOf program}/crates/heft-report/src ]; then
      echo "the program that optimizes is compiled from heft-report, too"
      exit 1
    fi
  '';
  stdLock = file: ''
    if ! diff ${file} ${toolchain}/lib/rustlib/src/rust/library/Cargo.lock; then
      echo "nix/std-Cargo.lock is not the toolchain's: copy lib/rustlib/src/rust/library/Cargo.lock there"
      exit 1
    fi
  '';
in
{
  checks = {
    inherit features;
    tests = tests "cargo-tests" tested.tool;
    tests-guests = tests "cargo-tests-guests" tested.guests;
    rustfmt = formatted workspace.whole;
    clippy = clippy "clippy" tested.tool.src tested.tool.members "";
    clippy-allocators = clippy "clippy-allocators" (workspace.tests allocators) allocators (onWasm allocatorRows);
    clippy-clawft = clippy "clippy-clawft" tested.guests.src [ "clawft-types" "clawft-wasm" ] (onWasm programRows);
    # In halves, as the tests are.
    docs = pkgs.linkFarm "docs" (
      lib.mapAttrsToList (name: half: {
        inherit name;
        path = docs "docs-${name}" half;
      }) tested
    );
    files = files "files" {
      shellcheck = shellcheck [
        ../.ci/run
        ../action/gate.sh
        ../action/install.sh
        ../action/test.sh
        ../crates/clawft-wasm/tests/behavior.sh
        ../examples/allocator/tests/behavior.sh
        ../examples/component/tests/behavior.sh
        ../checks/endure/runs.sh
        ../checks/wasi-matrix/hexyl.sh
        ../crates/wasm-heft/tests/browser/run
        ../crates/wasm-heft/tests/real-files/fetch
        ../crates/wasm-heft/tests/real-files/run
        ../crates/wasm-heft/tests/real-files/uses/adapter-command.sh
        ../crates/wasm-heft/tests/real-files/uses/adapter-library.sh
        ../crates/wasm-heft/tests/real-files/uses/micropython.sh
        ../crates/wasm-heft/tests/real-files/uses/object.sh
        ../crates/wasm-heft/tests/real-files/uses/redact.sh
        ../crates/wasm-heft/tests/real-files/verdict
        ../nix/run
        ../nix/update.sh
        ../nix/debian/enter
        ../nix/debian/run
        ../nix/debian/crane/cargo-hook.sh
        ../nix/debian/nixpkgs/expect-failure.sh
        ../nix/debian/nixpkgs/setup.sh
        ../nix/debian/nixpkgs/shell-setup.sh
        ../nix/template/tests/behavior.sh
        ../release/check
        ../release/crates
        ../release/notes
        ../release/package
      ];
      recipes = recipes ../justfile;
      toml = toml workspace.tomls;
      lock = denied workspace.manifests null;
      names = names workspace.whole;
      published = published workspace.whole;
      small = small workspace.programs.wasm-heft-optimize;
      small-trap = small workspace.programs.wasm-heft-trap;
      std-lock = stdLock ../nix/std-Cargo.lock;
      tables = tables documents.cutTables;
    };
  }
  // {
    rejects-cargo = rejects "cargo" {
      rustfmt = {
        check = formatted (crate "pub fn  f( ) {}\n");
        message = "Diff in";
      };
      clippy = {
        check = onCrate "cargo clippy ${clippyFlags}" "pub fn f(x: bool) -> bool { x == true }\n";
        message = "equality checks against true are unnecessary";
      };
      tests = {
        check = onCrate "cargo test" ''
          #[test]
          fn fails() {
              assert!(false);
          }
        '';
        message = "1 failed";
      };
      docs = {
        check = onCrate "RUSTDOCFLAGS='--deny warnings' cargo doc" "//! See [`Nothing`].\n";
        message = "unresolved link";
      };
      # Words split where the author did not see it.
      shellcheck = {
        check = files "shellcheck" {
          shellcheck = shellcheck [
            (builtins.toFile "unquoted" ''
              #!/usr/bin/env bash
              file=$1
              rm $file
            '')
          ];
        };
        message = "SC2086";
      };
      # A recipe that needs one that is not there.
      recipes = {
        check = files "recipes" {
          recipes = recipes (
            builtins.toFile "justfile" ''
              check: build
                  true
            ''
          );
        };
        message = "has unknown dependency";
      };
      toml = {
        check = files "toml" {
          toml = toml (
            runCommand "tree" { } ''
              mkdir $out
              echo 'a   =    1' >$out/a.toml
            ''
          );
        };
        message = "not properly formatted";
      };
      # A policy that allows no license at all.
      lock = {
        check = files "lock" {
          lock = denied (
            runCommand "tree" { } ''
              cp -r --no-preserve=mode ${workspace.manifests} $out
              sed -i '/^allow = \[/,/^\]/d' $out/deny.toml
            ''
          ) null;
        };
        message = "rejected";
      };
      # A crate that nobody is told what it is for.
      published = {
        check = files "published" {
          published = published (
            runCommand "tree" { } ''
              cp -r --no-preserve=mode ${workspace.whole} $out
              rm $out/crates/heft-size/README.md
            ''
          );
        };
        message = "crate `heft-size` is packed without README.md";
      };
      names = {
        check = files "names" {
          names = names (
            runCommand "tree" { } ''
              mkdir -p $out/crates
              echo 'pub fn says(line: &str) {}' >$out/crates/lib.rs
            ''
          );
        };
        message = "a function is called after what it does or returns";
      };
      small = {
        check = files "small" { small = small workspace.programs.wasm-heft-static; };
        message = "is compiled from heft-report, too";
      };
      std-lock = {
        check = files "std-lock" { std-lock = stdLock ../Cargo.lock; };
        message = "nix/std-Cargo.lock is not the toolchain's";
      };
      # Counts that were accepted, and a document that has those before.
      tables = {
        check = files "tables" {
          tables = tables {
            slabs = documents.cutTables.slabs // {
              table = documents.ratios documents.slabsBeside (
                runCommand "bench.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
                  jq '(.rows[]["slabs-wasip1"] | select(. != null) | .churn.grown_pages) += 1' ${../baselines/bench.json} >$out
                ''
              );
            };
          };
        };
        message = "docs/slabs.md, slabs (<) and the numbers (>) part";
      };
    };
  };

  deep = { };
}
