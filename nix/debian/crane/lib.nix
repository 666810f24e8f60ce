# crane's library, the functions this project uses: same names, arguments and defaults.
{
  machine,
  pkgs,
  toolchain,
}:

let
  inherit (pkgs) lib;

  self = {
    overrideToolchain =
      new:
      import ./lib.nix {
        inherit machine pkgs;
        toolchain = if lib.isFunction new then new pkgs else new;
      };

    vendorCargoDeps = import ./vendor-cargo-deps.nix { inherit lib machine pkgs; };
    vendorMultipleCargoDeps = import ./vendor-multiple-cargo-deps.nix {
      inherit lib pkgs;
      inherit (self) vendorCargoDeps;
    };
    mkDummySrc = import ./mk-dummy-src.nix { inherit lib pkgs; };

    # Runs one cargo command on `src`, starting from `cargoArtifacts` where there are any.
    mkCargoDerivation =
      {
        cargoArtifacts,
        buildPhaseCargoCommand,
        checkPhaseCargoCommand ? "",
        installPhaseCommand ? "mkdir -p $out",
        ...
      }@args:
      pkgs.stdenv.mkDerivation (
        removeAttrs args [
          "buildPhaseCargoCommand"
          "cargoLock"
          "checkPhaseCargoCommand"
          "installPhaseCommand"
          "outputHashes"
          "pnameSuffix"
        ]
        // {
          pname = "${args.pname}${args.pnameSuffix or ""}";
          inherit (args) version;
          doInstallCargoArtifacts = args.doInstallCargoArtifacts or true;
          cargoVendorDir = args.cargoVendorDir or (self.vendorCargoDeps args);
          nativeBuildInputs = (args.nativeBuildInputs or [ ]) ++ [
            toolchain
            pkgs.jq
            pkgs.zstd
            hook
          ];
          buildPhase =
            args.buildPhase or ''
              runHook preBuild
              cargo --version
              ${buildPhaseCargoCommand}
              runHook postBuild
            '';
          checkPhase =
            args.checkPhase or ''
              runHook preCheck
              ${checkPhaseCargoCommand}
              runHook postCheck
            '';
          installPhase =
            args.installPhase or ''
              runHook preInstall
              ${installPhaseCommand}
              runHook postInstall
            '';
        }
      );

    # Compiles the dependencies alone, from sources that only change with a Cargo.toml or the lock.
    buildDepsOnly =
      {
        cargoBuildCommand ? "cargoWithProfile build",
        cargoCheckCommand ? "cargoWithProfile check",
        cargoExtraArgs ? "--locked",
        cargoBuildExtraArgs ? "",
        cargoTestCommand ? "cargoWithProfile test",
        cargoTestExtraArgs ? "--no-run",
        ...
      }@args:
      let
        doCheck = args.doCheck or true;
        cargoCheckExtraArgs = args.cargoCheckExtraArgs or (if doCheck then "--all-targets" else "");
      in
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoBuildCommand"
          "cargoBuildExtraArgs"
          "cargoCheckCommand"
          "cargoCheckExtraArgs"
          "cargoExtraArgs"
          "cargoTestCommand"
          "cargoTestExtraArgs"
          "dummySrc"
        ]
        // {
          inherit doCheck;
          src = args.dummySrc or (self.mkDummySrc args);
          pnameSuffix = "-deps";
          cargoArtifacts = null;
          cargoVendorDir = args.cargoVendorDir or (self.vendorCargoDeps args);
          doInstallCargoArtifacts = true;
          env = (args.env or { }) // {
            CRANE_BUILD_DEPS_ONLY = "1";
          };
          buildPhaseCargoCommand =
            args.buildPhaseCargoCommand or ''
              ${cargoCheckCommand} ${cargoExtraArgs} ${cargoCheckExtraArgs}
              ${cargoBuildCommand} ${cargoExtraArgs} ${cargoBuildExtraArgs}
            '';
          checkPhaseCargoCommand =
            args.checkPhaseCargoCommand or ''
              ${cargoTestCommand} ${cargoExtraArgs} ${cargoTestExtraArgs}
            '';
        }
      );

    # Builds and tests a package and installs its programs and C libraries.
    buildPackage =
      {
        cargoBuildCommand ? "cargoWithProfile build",
        cargoExtraArgs ? "--locked",
        cargoBuildExtraArgs ? "",
        cargoTestCommand ? "cargoWithProfile test",
        cargoTestExtraArgs ? "",
        ...
      }@args:
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoBuildCommand"
          "cargoBuildExtraArgs"
          "cargoExtraArgs"
          "cargoTestCommand"
          "cargoTestExtraArgs"
        ]
        // {
          doCheck = args.doCheck or true;
          doInstallCargoArtifacts = args.doInstallCargoArtifacts or false;
          cargoArtifacts = args.cargoArtifacts or (self.buildDepsOnly args);
          buildPhaseCargoCommand =
            args.buildPhaseCargoCommand or ''
              cargoBuildLog=$(mktemp cargoBuildLogXXXX.json)
              ${cargoBuildCommand} --message-format json-render-diagnostics ${cargoExtraArgs} ${cargoBuildExtraArgs} >"$cargoBuildLog"
            '';
          checkPhaseCargoCommand =
            args.checkPhaseCargoCommand or ''
              ${cargoTestCommand} ${cargoExtraArgs} ${cargoTestExtraArgs}
            '';
          installPhaseCommand = args.installPhaseCommand or ''installFromCargoBuildLog "$out" "$cargoBuildLog"'';
        }
      );

    cargoClippy =
      {
        cargoArtifacts,
        cargoClippyExtraArgs ? "--all-targets",
        cargoExtraArgs ? "--locked",
        ...
      }@args:
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoClippyExtraArgs"
          "cargoExtraArgs"
        ]
        // {
          pnameSuffix = "-clippy";
          buildPhaseCargoCommand = "cargoWithProfile clippy ${cargoExtraArgs} ${cargoClippyExtraArgs}";
        }
      );

    cargoDoc =
      {
        cargoDocExtraArgs ? "--no-deps",
        cargoExtraArgs ? "--locked",
        ...
      }@args:
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoDocExtraArgs"
          "cargoExtraArgs"
        ]
        // {
          pnameSuffix = "-doc";
          buildPhaseCargoCommand = "cargoWithProfile doc ${cargoExtraArgs} ${cargoDocExtraArgs}";
          doInstallCargoArtifacts = args.doInstallCargoArtifacts or false;
          installPhaseCommand = ''
            mkdir -p $out/share
            mv "''${CARGO_TARGET_DIR:-target}/doc" $out/share
          '';
        }
      );

    cargoFmt =
      {
        cargoExtraArgs ? "",
        rustFmtExtraArgs ? "",
        ...
      }@args:
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoExtraArgs"
          "rustFmtExtraArgs"
        ]
        // {
          cargoArtifacts = null;
          cargoVendorDir = null;
          pnameSuffix = "-fmt";
          doInstallCargoArtifacts = false;
          buildPhaseCargoCommand = "cargo fmt ${cargoExtraArgs} -- --check ${rustFmtExtraArgs}";
        }
      );

    # As in crane, the tests run in the check phase.
    cargoNextest =
      {
        cargoArtifacts,
        cargoExtraArgs ? "",
        cargoNextestExtraArgs ? "",
        ...
      }@args:
      self.mkCargoDerivation (
        removeAttrs args [
          "cargoExtraArgs"
          "cargoNextestExtraArgs"
        ]
        // {
          pnameSuffix = "-nextest";
          doCheck = args.doCheck or true;
          env = {
            NEXTEST_SHOW_PROGRESS = args.NEXTEST_SHOW_PROGRESS or "counter";
          }
          // (args.env or { });
          nativeBuildInputs = (args.nativeBuildInputs or [ ]) ++ [ pkgs.cargo-nextest ];
          buildPhaseCargoCommand =
            args.buildPhaseCargoCommand or ''
              mkdir -p $out
              cargo nextest --version
            '';
          checkPhaseCargoCommand = ''
            cargo nextest run ''${CARGO_PROFILE:+--cargo-profile $CARGO_PROFILE} ${cargoExtraArgs} ${cargoNextestExtraArgs}
          '';
        }
      );

    devShell =
      {
        checks ? { },
        inputsFrom ? [ ],
        packages ? [ ],
        ...
      }@args:
      pkgs.mkShell (
        removeAttrs args [
          "checks"
          "inputsFrom"
        ]
        // {
          inputsFrom = lib.attrValues checks ++ inputsFrom;
          packages = [ toolchain ] ++ packages;
        }
      );
  };

  hook = pkgs.makeSetupHook { name = "cargo-hook"; } ./cargo-hook.sh;
in
self
