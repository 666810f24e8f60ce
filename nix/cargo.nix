# crane with this project's toolchain, and what all its derivations share. Dependencies are compiled
# once per target and profile; whatever is built from them starts there. (talc and its lock are small
# exceptions: their features differ when they are the only allocator.)
{
  crane,
  lib,
  matrix,
  pkgs,
  toolchain,
  workspace,
}:

let
  craneLib = (crane.mkLib pkgs).overrideToolchain toolchain;

  # The crates of a lock. withStd: and those of the standard library's own lock, for builds that compile
  # std from the toolchain's sources. The copy of that lock is read here because reading the toolchain's
  # would be import from derivation; ../checks/min.nix compares them.
  vendor =
    {
      cargoLock,
      withStd ? false,
    }:
    if withStd then
      craneLib.vendorMultipleCargoDeps {
        cargoLockList = [
          cargoLock
          ./std-Cargo.lock
        ];
      }
    else
      craneLib.vendorCargoDeps { inherit cargoLock; };

  common = {
    # Written out: reading them from a derivation's Cargo.toml would be import from derivation.
    pname = "wasm-heft-workspace";
    version = (lib.importTOML ../Cargo.toml).workspace.package.version;
    cargoVendorDir = vendor { cargoLock = ../Cargo.lock; };
    strictDeps = true;
    # Panic messages hold source paths: without this, sizes would depend on where the crates are.
    preBuild = ''
      for registry in "$cargoVendorDir"/*/; do
        RUSTFLAGS="''${RUSTFLAGS:-} --remap-path-prefix=''${registry%/}=/cargo"
      done
      export RUSTFLAGS
    '';
  };

  build =
    args:
    craneLib.mkCargoDerivation (
      common
      // {
        doCheck = false;
        doInstallCargoArtifacts = false;
        postPatch = workspace.stubs;
      }
      // args
    );

  dependencies =
    args:
    craneLib.buildDepsOnly (
      common
      // {
        src = workspace.whole;
        doCheck = false;
      }
      // args
    );

  # How cargo builds wasm modules of a profile of the matrix: further arguments, and the environment.
  forProfile =
    name:
    let
      profile = matrix.profiles.${name};
    in
    {
      arguments = profile.standardLibrary or "";
      environment = {
        CARGO_PROFILE = profile.cargo;
      }
      // lib.optionalAttrs (profile ? standardLibrary) {
        cargoVendorDir = vendor {
          cargoLock = ../Cargo.lock;
          withStd = true;
        };
        # The pinned compiler is a stable one; what this profile asks of it is not stable yet.
        RUSTC_BOOTSTRAP = "1";
        RUSTFLAGS = profile.rustflags;
        preBuild = common.preBuild + ''
          library=$(rustc --print sysroot)/lib/rustlib/src/rust
          RUSTFLAGS+=" --remap-path-prefix=$library=/rust --remap-path-prefix=$(realpath "$library")=/rust"
        '';
      };
    };

  # The command that compiles a program of a package for wasm. stack: its bytes, if not rustc's 1 MiB; for
  # the linker of the program alone, so that what it depends on is compiled once.
  wasmBuild =
    {
      bin,
      features,
      package,
      profile,
      target,
      stack ? null,
    }:
    ''
      cargoWithProfile rustc --locked ${(forProfile profile).arguments} --target ${
        matrix.targets.${target}.triple
      } --package ${package} --bin ${bin} \
        --no-default-features --features ${lib.concatStringsSep "," features} ${stackFlags stack}
    '';

  # What follows all other arguments of `cargo rustc`.
  stackFlags = bytes: lib.optionalString (bytes != null) "-- -Clink-arg=-zstack-size=${toString bytes}";

  # Dependencies of wasm modules, by profile and target, with std where the profile compiles it.
  forWasm =
    prefix: packages:
    lib.mapAttrs (
      profile: _:
      lib.mapAttrs (
        target:
        { triple }:
        let
          inherit (forProfile profile) arguments environment;
        in
        dependencies (
          environment
          // {
            pname = "${prefix}${target}-${profile}";
            buildPhaseCargoCommand = ''
              cargoWithProfile build --locked ${arguments} --target ${triple} \
                ${packages}
            '';
          }
        )
      ) matrix.targets
    ) (lib.filterAttrs (_: profile: !profile ? compiledAs) matrix.profiles);

  # Dependencies that start from other ones.
  onTopOf =
    cargoArtifacts: args:
    craneLib.mkCargoDerivation (
      common
      // {
        inherit cargoArtifacts;
        src = craneLib.mkDummySrc { src = workspace.whole; };
        pnameSuffix = "-deps";
        doInstallCargoArtifacts = true;
      }
      // args
    );

  # NB: tests switch on features of dependencies, of `arbitrary` below the engine for one, and cargo would
  # compile the engine twice. It counts those features wherever tests or examples are asked for; there are
  # no examples, so this asks for nothing else.
  sharedWithTests = "--bins --examples";

  packages = lib.concatMapStringsSep " " (name: "--package ${name}");

  # How tests are built: with the dependencies of the programs, which take minutes to compile, and with
  # their own crates quick to compile and full of checks.
  testFlags =
    "--release "
    + lib.concatMapStringsSep " " (
      member:
      lib.concatMapStringsSep " " (setting: "--config profile.release.package.${member}.${setting}") [
        "opt-level=1"
        "debug-assertions=true"
        "overflow-checks=true"
      ]
    ) workspace.names;
in
rec {
  inherit
    build
    common
    craneLib
    dependencies
    forProfile
    packages
    sharedWithTests
    stackFlags
    testFlags
    vendor
    wasmBuild
    ;

  # Native, optimized: for programs that are run many times.
  nativeDependencies = dependencies {
    pname = "native";
    buildPhaseCargoCommand = ''
      cargoWithProfile build --locked --package wasm-heft --no-default-features
      cargoWithProfile build --locked --package wasm-heft --no-default-features --features analysis
      cargoWithProfile build --locked --package clawft-wasm --package alloc-workloads
    '';
  };

  # The same with the engine that runs modules, which takes minutes to compile: apart, so that no
  # artifact waits for it, and once, for the program and for all tests. Most of the checks' time from
  # nothing hangs on these two: nix starts what is ready in the order of names, and theirs come early.
  engineDependencies = onTopOf nativeDependencies {
    pname = "bench";
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package wasm-heft ${sharedWithTests}";
  };
  testDependencies = onTopOf engineDependencies {
    pname = "bench-tests";
    # NB: by the same packages as the tests themselves: cargo joins the features of what is built together.
    buildPhaseCargoCommand = lib.concatMapStrings (
      { members, ... }: "cargo test --locked ${testFlags} ${packages members} --no-run\n"
    ) (lib.attrValues workspace.tested);
  };

  # What looks at types and compiles nothing: clippy and docs.
  checkDependencies = dependencies {
    pname = "lint";
    CARGO_PROFILE = "dev";
    # NB: by the same packages as the looks themselves, as with the tests.
    buildPhaseCargoCommand = lib.concatMapStrings (
      { members, ... }: "cargoWithProfile check --locked ${packages members} --all-targets\n"
    ) (lib.attrValues workspace.tested);
  };

  # For the program's modules: every allocator's crate, so that one derivation serves all of them.
  wasmDependencies = forWasm "" (
    "--package clawft-wasm --no-default-features --features "
    + lib.concatMapStringsSep "," (matrix.featureOf "clawft-wasm") (lib.attrNames matrix.allocators)
  );

  # The same for the lab's programs alone.
  # NB: what cargo compiles a dependency to depends on whether a library is linked from it as well, as
  # from clawft-wasm. From the folder above, every one of the lab's modules would compile all again.
  labDependencies = forWasm "lab-" (
    "--package alloc-workloads --no-default-features --features "
    + lib.concatMapStringsSep "," (matrix.featureOf "alloc-workloads") matrix.labAllocators
  );
}
