# The workspace: formatted, free of lints on every target with every allocator, tested, documented.
{
  callFile,
  cargo,
  lib,
  matrix,
  pkgs,
  runCommand,
  workspace,
}:

let
  inherit (cargo) build craneLib common;
  twin = callFile ./twin.nix;

  onWorkspace =
    args:
    common
    // {
      src = workspace.whole;
      CARGO_PROFILE = "dev";
      cargoArtifacts = cargo.testDependencies;
      doInstallCargoArtifacts = false;
    }
    // args;

  format =
    src:
    craneLib.cargoFmt (
      common
      // {
        inherit src;
        # Nothing is compiled, so there are no crates and no paths to remap.
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
in
{
  rustfmt = format workspace.whole;
  twin-rustfmt = twin "rustfmt" (format (crate "pub fn  f( ) {}\n")) "Diff in";

  clippy = craneLib.cargoClippy (
    onWorkspace { cargoClippyExtraArgs = "--workspace --all-targets ${clippyFlags}"; }
  );
  twin-clippy =
    twin "clippy" (onCrate "cargo clippy ${clippyFlags}" "pub fn f(x: bool) -> bool { x == true }\n")
      "equality checks against true are unnecessary";

  tests = craneLib.cargoNextest (
    onWorkspace {
      cargoExtraArgs = "--locked --workspace";
      # Tests run the real tools, and fail without them.
      nativeBuildInputs = [
        pkgs.binaryen
        pkgs.wabt
        pkgs.wasm-tools
      ];
    }
  );
  twin-tests = twin "tests" (onCrate "cargo test" ''
    #[test]
    fn fails() {
        assert!(false);
    }
  '') "1 failed";

  docs = craneLib.cargoDoc (
    onWorkspace {
      cargoDocExtraArgs = "--workspace --no-deps --document-private-items";
      RUSTDOCFLAGS = "--deny warnings";
    }
  );
  twin-docs =
    twin "docs" (onCrate "RUSTDOCFLAGS='--deny warnings' cargo doc" "//! See [`Nothing`].\n")
      "unresolved link";
}
# The guests, on their own targets: what is compiled there is not what is compiled natively.
// lib.mapAttrs' (
  target:
  { triple }:
  lib.nameValuePair "clippy-${target}" (build {
    pname = "clippy-${target}";
    src = workspace.whole;
    CARGO_PROFILE = "release-wasm";
    cargoArtifacts = cargo.wasmDependencies.release-wasm.${target};
    buildPhaseCargoCommand = lib.concatMapStrings (allocator: ''
      cargoWithProfile clippy --locked --target ${triple} --package clawft-wasm --package clawft-types \
        --package wasi-alloc --no-default-features \
        --features ${
          lib.concatMapStringsSep "," (feature: "clawft-wasm/${feature}")
            matrix.allocators.${allocator}.features
        } ${clippyFlags}
    '') (lib.attrNames matrix.allocators);
  })
) matrix.targets
