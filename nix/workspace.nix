# The sources of the Cargo workspace, as little of them as a build reads.
{ lib }:

let
  inherit (lib.fileset)
    difference
    fileFilter
    maybeMissing
    toSource
    unions
    ;
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

  # Of a member, what its programs are compiled from; its tests are read by tests alone.
  sources =
    name:
    let
      folder = ../crates + "/${name}";
    in
    unions (
      map (part: maybeMissing (folder + "/${part}")) [
        "src"
        "wit"
      ]
    );

  # Sources of wasm-heft that only its features `analysis` and `bench` compile.
  analysis = unions (
    map (part: ../crates/wasm-heft/src + "/${part}") [
      "cli/accept.rs"
      "cli/artifact_files.rs"
      "cli/bench"
      "cli/bench.rs"
      "cli/counters.rs"
      "cli/decide.rs"
      "cli/diff.rs"
      "cli/explain"
      "cli/explain.rs"
      "cli/gate"
      "cli/inputs.rs"
      "cli/completions.rs"
      "cli/man.rs"
      "cli/plot.rs"
      "cli/project.rs"
      "cli/profile.rs"
      "cli/read.rs"
      "cli/report.rs"
      "cli/sandbox.rs"
      "cli/size.rs"
      "folder_lock.rs"
      "fuzzing"
      "fuzzing.rs"
    ]
  );

  # The members that the tool is compiled from: to optimize, to do all that runs no code, and to run code.
  optimizing = [
    "heft-data"
    "heft-optimize"
    "heft-wasm"
    "wasm-heft"
  ];
  analyzing = optimizing ++ [
    "heft-comment"
    "heft-gate"
    "heft-project"
    "heft-report"
    "heft-size"
  ];
  running = analyzing ++ [ "heft-bench" ];

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
  ) names;
  names = lib.attrNames (
    lib.filterAttrs (_: type: type == "directory") (builtins.readDir ../crates)
  );

  # The programs that are compiled for wasm, with their libraries; all else is the tool.
  guests = [
    "alloc-workloads"
    "clawft-types"
    "clawft-wasm"
    "wasi-alloc"
  ];
  tool = lib.filter (name: !(lib.elem name guests)) names;
  folder = name: ../crates + "/${name}";
  shared = [
    ../.clippy.toml
    # Looks for circles of imports in both.
    ../crates/wasm-heft/tests/all/layers/imports.rs
    # What people write; what `accept` writes is not an input of any test.
    ../baselines/budgets.toml
    ../baselines/decision.toml
    ../baselines/stubs.toml
    ../docs/explain.md
    ../docs/schemas
  ];

  membersWithout =
    names: without: source [ (difference (unions (map sources names)) without) ];
in
{
  inherit names stubs;

  # The programs, the package each is in, and the members whose sources it is compiled from. For the
  # native build: further arguments of cargo's, and what it starts from (of ./cargo.nix).
  programs = {
    clawft = {
      package = "clawft-wasm";
      # Bytes. The check `allocators-behavior` runs the program with a quarter of it. (By hand, from a stack filled
      # with a pattern: the deepest of the behavior script's runs on wasip1 took 20,496.) rustc's own is 1 MiB.
      stack = 128 * 1024;
      members = [
        "clawft-types"
        "clawft-wasm"
        "wasi-alloc"
      ];
    };
    endure = {
      package = "alloc-workloads";
      members = [
        "alloc-workloads"
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
      members = running;
      dependencies = "engineDependencies";
      documented = true;
    };
    # What is weighed by every recipe: an ordinary small program.
    reference = {
      package = "alloc-workloads";
      # Bytes, eleven times what was seen to be needed. (By hand, from a stack filled with a pattern, on wasip1: a
      # document of 3,000 items took 5,856.)
      stack = 64 * 1024;
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
    # What an artifact waits for: `optimize` alone, from no more sources than it needs, so that a change of
    # a table or a page optimizes nothing again.
    wasm-heft-optimize = {
      package = "wasm-heft";
      bin = "wasm-heft";
      members = optimizing;
      without = analysis;
      arguments = "--no-default-features";
    };
    # The same with `--panics trap`.
    wasm-heft-trap = {
      package = "wasm-heft";
      bin = "wasm-heft";
      members = optimizing ++ [ "heft-size" ];
      without = analysis;
      arguments = "--no-default-features --features panics";
    };
    # All of it but what runs code: quick to compile, and enough for most checks.
    wasm-heft-static = {
      package = "wasm-heft";
      bin = "wasm-heft";
      members = analyzing;
      arguments = "--no-default-features --features analysis";
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
  whole = source (shared ++ [ ../crates ]);

  # The members whose tests run together, and what those tests read: an edit of a guest runs no test of
  # the tool again.
  tested = {
    guests = {
      members = guests;
      src = source (shared ++ map folder guests);
    };
    tool = {
      members = tool;
      # Its reader of the allocator's statistics is compared with their writer.
      src = source (shared ++ [ (sources "wasi-alloc") ] ++ map folder tool);
    };
  };

  # The named members with what their tests read.
  tests = names: source (shared ++ map folder names);

  # The named members, without a set of files; `stubs` stands in for the others.
  members = names: membersWithout names (unions [ ]);
  inherit membersWithout;

  # What says which crates there are, and which may be.
  manifests = source [ ../deny.toml ];

  tomls = toSource {
    inherit root;
    fileset = fileFilter (file: file.hasExt "toml") root;
  };
}
