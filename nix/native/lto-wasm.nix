# The modules with every form of link-time optimization: their artifacts, and the fuel of the same work
# that the native program does. `settings` are of cargo's profile `release-wasm`, so fat LTO and one unit is
# what ships.
{
  callFile,
  cargo,
  lib,
  matrix,
  optimize,
  pkgs,
  programs,
  runCommand,
  workspace,
}:

let
  levers = callFile ./levers.nix;
  workloads = callFile ./workloads.nix;
  folder = workloads.folder "measured" ./inputs/measured.txt;
  inherit (workspace.programs.clawft) members package;

  profile = "release-wasm";
  inherit (cargo.forProfile profile) environment;

  moduleOf =
    target: name:
    { settings, ... }:
    cargo.build (
      environment
      // lib.mapAttrs' (setting: lib.nameValuePair "CARGO_PROFILE_RELEASE_WASM_${setting}") settings
      // {
        pname = "clawft-${target}-${name}";
        src = workspace.members members;
        # Everything anew, as natively.
        cargoArtifacts = null;
        outputs = [
          "out"
          "time"
        ];
        buildPhaseCargoCommand = ''
          TIMEFORMAT='%U %S'
          compile() {
            ${
              cargo.wasmBuild {
                bin = "clawft";
                inherit (matrix.allocators.${matrix.recommended}) features;
                inherit package profile target;
              }
            }
          }
          { time compile 2>&3; } 3>&2 2>seconds
        '';
        installPhaseCommand = ''
          install -D -m 644 -t $out target/${matrix.targets.${target}.triple}/${environment.CARGO_PROFILE}/clawft.wasm
          awk '{ print $1 + $2 }' seconds >$time
        '';
        dontFixup = true;
      }
    );

  artifactOf =
    target: name: module:
    optimize {
      name = "clawft-${target}-${name}-optimized";
      bin = "clawft";
      inherit module;
      arguments = matrix.profiles.${profile}.optimize;
    };

  fuelOf =
    target: artifacts:
    runCommand "native-fuel-${target}.json" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
      cp -r --no-preserve=mode ${folder} folder
      message=$(<folder/message)
      wasm-heft bench ${
        lib.concatStringsSep " " (
          lib.mapAttrsToList (name: artifact: "${name}=${artifact}/clawft.wasm") artifacts
        )
      } --dir folder::. --startup version ${
        lib.concatMapStringsSep " " (
          run:
          let
            words = map (word: if word == "@message@" then "\\\"$message\\\"" else word) workloads.runs.${run};
          in
          "--case \"${run}=${lib.concatStringsSep " " words}\""
        ) (lib.filter (run: run != "start-up") workloads.names)
      } --no-time --format json --report $out
    '';
in
lib.mapAttrs (
  target: _:
  let
    modules = lib.mapAttrs (moduleOf target) levers.lto;
    artifacts = lib.mapAttrs (artifactOf target) modules;
  in
  {
    inherit artifacts modules;
    fuel = fuelOf target artifacts;
  }
) matrix.targets
