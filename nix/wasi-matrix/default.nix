# `mkWasiMatrix { pkgs, src, package, ... }`: `packages`, `checks` and `apps` of anybody's program, built
# and held to the same promises as this project's own. The arguments are in ./arguments.nix.
{
  artifact,
  callFile,
  cargo,
  gather,
  lib,
  matrix,
  programs,
  runCommand,
  workspace,
  writeShellApplication,
}:

given:

let
  inherit ((callFile ./arguments.nix).complete given)
    allocators
    baseline
    behavior
    bin
    budgets
    cargoLock
    defaultFeatures
    environment
    exports
    features
    package
    profiles
    runArguments
    src
    stackBytes
    targets
    ;

  # A lock that has `wasi-alloc` from nowhere means this flake's: the two go together.
  takesOurs = lib.any (locked: locked.name == "wasi-alloc" && !locked ? source) (
    (lib.importTOML cargoLock).package or [ ]
  );
  ours = "${workspace.members [ "wasi-alloc" ]}";
  config = {
    # The crate need not know of the profiles. A stripped module could not be optimized as well.
    profile.release-wasm = {
      strip = false;
    }
    // (lib.importTOML ../../Cargo.toml).profile.release-wasm;
  }
  // lib.optionalAttrs takesOurs {
    patch.crates-io.wasi-alloc.path = "${ours}/crates/wasi-alloc";
  };
  # As arguments of cargo's `--config`: every leaf, which TOML writes as JSON does.
  flags =
    prefix: value:
    if builtins.isAttrs value then
      lib.concatMap (name: flags (prefix ++ [ name ]) value.${name}) (lib.attrNames value)
    else
      [
        "--config"
        "${lib.concatStringsSep "." prefix}=${builtins.toJSON value}"
      ];

  # The program, compiled by cargo. Its dependencies are compiled apart where the sources are there to
  # be looked at before anything is built.
  compile =
    {
      name,
      arguments,
      output,
      settings ? { },
      stack ? null,
    }:
    let
      shared = settings // environment // {
        inherit src;
        version = "0";
        postPatch = lib.optionalString (given ? cargoLock) ''
          cp --no-preserve=mode ${cargoLock} Cargo.lock
        '';
        cargoVendorDir = cargo.vendor {
          inherit cargoLock;
          withStd = settings ? RUSTC_BOOTSTRAP;
        };
        preBuild =
          settings.preBuild or cargo.common.preBuild
          + lib.optionalString takesOurs ''
            RUSTFLAGS+=" --remap-path-prefix=${ours}=/wasm-heft"
          '';
        buildPhaseCargoCommand = ''
          cargoWithProfile rustc --locked ${lib.escapeShellArgs (flags [ ] config)} ${arguments} \
            --package ${package} --bin ${bin} ${cargo.stackFlags stack}
        '';
      };
    in
    cargo.build (
      shared
      // {
        pname = name;
        cargoArtifacts =
          if lib.isDerivation src then null else cargo.dependencies (shared // { pname = name; });
        installPhaseCommand = "install -D -t $out ${output}";
        # The tools that strip native programs do not know wasm.
        dontFixup = true;
      }
    );

  featuresOf =
    allocator:
    lib.escapeShellArgs (
      lib.optional (!defaultFeatures) "--no-default-features"
      ++ [
        "--features"
        (lib.concatStringsSep "," (features ++ allocators.${allocator}.features or [ ]))
      ]
    );

  native = compile {
    name = "${bin}-native";
    arguments = featuresOf (lib.head (lib.attrNames allocators));
    output = "target/release/${bin}";
  };

  variants = lib.genAttrs' (lib.cartesianProduct {
    allocator = lib.attrNames allocators;
    profile = profiles;
    target = targets;
  }) variant;
  variant =
    {
      allocator,
      profile,
      target,
    }:
    let
      name = "${allocator}-${target}${matrix.offered.${profile}}";
      inherit (matrix.targets.${target}) triple;
      compiledAs = matrix.profiles.${profile}.compiledAs or profile;
      forProfile = cargo.forProfile compiledAs;
    in
    lib.nameValuePair name (
      {
        inherit
          allocator
          name
          profile
          target
          ;
      }
      // artifact {
        derivation = "${bin}-${name}";
        folder = triple;
        inherit bin exports;
        arguments = matrix.passes profile;
        panics = matrix.profiles.${profile}.panics or "keep";
        fingerprint = {
          cargo-lock = builtins.hashFile "sha256" cargoLock;
        }
        // lib.optionalAttrs (matrix.profiles.${profile} ? standardLibrary) {
          std-lock = builtins.hashFile "sha256" ../std-Cargo.lock;
        };
        module = compile {
          name = "${bin}-${allocator}-${target}${matrix.offered.${compiledAs}}-module";
          arguments = "${forProfile.arguments} --target ${triple} ${featuresOf allocator}";
          output = "target/${triple}/${forProfile.environment.CARGO_PROFILE}/${bin}.wasm";
          settings = forProfile.environment;
          stack = stackBytes;
        };
      }
      // lib.optionalAttrs (allocators.${allocator} ? heap) { inherit (allocators.${allocator}) heap; }
      // lib.optionalAttrs (behavior != null) {
        behavior = {
          script = "${behavior}";
          native = "${native}/${bin}";
          arguments = runArguments;
        };
      }
    );

  # `NAME=FILE` of every variant.
  files = lib.mapAttrs (_: artifact: artifact.file) variants;
  fileArguments = lib.concatStringsSep " " (
    lib.mapAttrsToList (name: file: "${name}=${file}") files
  );

  byAllocator = lib.genAttrs' (lib.cartesianProduct {
    allocator = lib.attrNames allocators;
    profile = profiles;
  }) (
    { allocator, profile }:
    let
      name = "${allocator}${matrix.offered.${profile}}";
    in
    lib.nameValuePair name (
      gather.package "${bin}-${name}" (
        lib.filter (variant: variant.allocator == allocator && variant.profile == profile) (
          lib.attrValues variants
        )
      )
    )
  );

  report =
    runCommand "${bin}-report" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      mkdir -p artifacts $out
      ${gather.links variants}
      wasm-heft report --title ${bin} -o $out/report.html --markdown $out/summary.md \
        ${lib.optionalString (budgets != null) "--budgets ${budgets}"} \
        ${lib.optionalString (baseline != null) "--baseline ${baseline}"} \
        ${gather.arguments variants}
    '';
in
{
  inherit variants;

  packages =
    lib.mapAttrs' (name: artifact: lib.nameValuePair "wasm-${name}" artifact.package) variants
    // lib.mapAttrs' (name: lib.nameValuePair "wasm-${name}") byAllocator
    // {
      inherit report;
      default = byAllocator.${lib.head (lib.attrNames byAllocator)};
    };

  apps.accept = {
    type = "app";
    program = lib.getExe (writeShellApplication {
      name = "accept";
      runtimeInputs = [ programs.wasm-heft-static ];
      text = ''
        exec wasm-heft accept --baseline sizes.json ${fileArguments} "$@"
      '';
    });
    meta.description = "Move the baseline, sizes.json here, to what is built now";
  };

  checks =
    lib.mapAttrs' (
      name: artifact: lib.nameValuePair "artifact-${name}" ((callFile ../../checks/artifact.nix).of artifact)
    ) variants
    # Every variant has an entry, and every entry a variant.
    // lib.optionalAttrs (budgets != null || baseline != null) {
      numbers = (callFile ../../checks/numbers.nix).sizes "numbers" {
        inherit baseline budgets files;
      };
    };
}
