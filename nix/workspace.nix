# The sources of the Cargo workspace, as little of them as a build reads.
{ lib }:

let
  inherit (lib.fileset) fileFilter toSource unions;
  root = ../.;

  manifests = unions [
    ../Cargo.toml
    ../Cargo.lock
    (fileFilter (file: file.name == "Cargo.toml") ../crates)
  ];

  source =
    files:
    toSource {
      inherit root;
      fileset = unions ([ manifests ] ++ files);
    };

  # The programs of a member whose sources are left out need something to compile all the same.
  declaredBins =
    manifest: map (bin: bin.path or "src/bin/${bin.name}.rs") (manifest.bin or [ ]);
  stubs = lib.concatMapStrings (
    member:
    let
      manifest = lib.importTOML (../crates + "/${member}/Cargo.toml");
    in
    ''
      if [ ! -d crates/${member}/src ]; then
        for stub in src/lib.rs ${toString (declaredBins manifest)}; do
          mkdir -p "$(dirname "crates/${member}/$stub")"
          echo 'fn main() {}' >"crates/${member}/$stub"
        done
      fi
    ''
  ) (lib.attrNames (lib.filterAttrs (_: type: type == "directory") (builtins.readDir ../crates)));
in
{
  inherit stubs;

  # The programs, the package each is in, and the members whose sources it is compiled from. For the
  # native build: further arguments of cargo's, and what it starts from (of ./cargo.nix).
  programs = {
    clawft = {
      package = "clawft-wasm";
      members = [
        "clawft-types"
        "clawft-wasm"
        "wasi-alloc"
      ];
    };
    limits = {
      package = "alloc-workloads";
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
    soundness = {
      package = "alloc-workloads";
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
    wasm-heft = {
      package = "wasm-heft";
      members = [ "wasm-heft" ];
      dependencies = "benchDependencies";
    };
    # What is weighed by every recipe: an ordinary small program.
    reference = {
      package = "alloc-workloads";
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
    # All of it but what runs code: quick to compile, and enough for artefacts and most checks.
    wasm-heft-static = {
      package = "wasm-heft";
      bin = "wasm-heft";
      members = [ "wasm-heft" ];
      arguments = "--no-default-features";
    };
    workloads = {
      package = "alloc-workloads";
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
  };

  # Everything cargo, clippy, rustfmt and the tests read.
  whole = source [
    ../.clippy.toml
    # What people write; what `accept` writes is no input of any test.
    ../baselines/budgets.toml
    ../baselines/decision.toml
    ../crates
    ../docs/schemas
  ];

  # The named members; `stubs` stands in for the others.
  members = names: source (map (name: ../crates + "/${name}") names);
}
