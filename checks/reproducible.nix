# The artifact does not depend on where and how it was built: everything in it compiled once more in
# another folder, with another home, crates elsewhere, one job and nothing compiled before, and
# optimized by one thread, gives the same bytes.
{
  artifacts,
  callFile,
  cargo,
  lib,
  matrix,
  pkgs,
  programs,
  workspace,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  inherit (workspace.programs.clawft) members package;

  # The modules of some variants with one profile and target. remap: of the folder of the crates.
  elsewhere =
    {
      name,
      profile,
      remap ? true,
      target,
      variants,
    }:
    let
      inherit (cargo.forProfile profile) environment;
    in
    cargo.build (
      environment
      // {
        pname = "elsewhere-${name}";
        src = workspace.members members;
        cargoArtifacts = null;
        preBuild = ''
          place="$NIX_BUILD_TOP/another place/far away"
          mkdir -p "$place" "$NIX_BUILD_TOP/crates" "$NIX_BUILD_TOP/home/somebody"
          cp -r . "$place/workspace"
          cd "$place/workspace"
          cp -rs --no-preserve=mode "$cargoVendorDir"/. "$NIX_BUILD_TOP/crates/"
          sed "s#$cargoVendorDir#$NIX_BUILD_TOP/crates#" "$CARGO_HOME/config.toml" >"$place/config.toml"
          cargoVendorDir=$NIX_BUILD_TOP/crates
          export HOME=$NIX_BUILD_TOP/home/somebody USER=somebody
          export CARGO_HOME=$place CARGO_TARGET_DIR=$place/output CARGO_BUILD_JOBS=1
        ''
        + lib.optionalString remap environment.preBuild or cargo.common.preBuild;
        buildPhaseCargoCommand = lib.concatMapStrings (
          { name, features, ... }:
          cargo.wasmBuild {
            inherit
              features
              package
              profile
              target
              ;
            bin = "clawft";
            inherit (workspace.programs.clawft) stack;
          }
          + ''
            install -D -m 644 "$CARGO_TARGET_DIR/${matrix.targets.${target}.triple}/$CARGO_PROFILE/clawft.wasm" \
              "$out/${name}/clawft.wasm"
          ''
        ) variants;
        dontFixup = true;
      }
    );

  same = modules: artifact: ''
    export RAYON_NUM_THREADS=1 BINARYEN_CORES=1
    wasm-heft optimize --prune-imports --keep-exports _start,memory ${modules}/${artifact.name}/clawft.wasm -o another.wasm \
      --opt-args=${lib.escapeShellArg (matrix.passes artifact.profile)}
    if ! cmp another.wasm ${artifact.file}; then
      echo "built elsewhere, the artifact has other bytes"
      exit 1
    fi
    sha256sum <another.wasm
  '';
  try = name: promises name {
    nativeBuildInputs = [
      pkgs.binaryen
      programs.wasm-heft-optimize
    ];
  };

  # Dependencies are compiled once for all allocators.
  variantsOf =
    profile: target:
    lib.filter (artifact: artifact.profile == profile && artifact.target == target) (
      lib.attrValues artifacts
    );
  again =
    name: profile: target: variants:
    lib.listToAttrs (
      map (
        artifact:
        lib.nameValuePair artifact.name (
          same (elsewhere { inherit name profile target variants; }) artifact
        )
      ) variants
    );
  recommended = profile: target: artifacts."${matrix.recommended}-${target}${matrix.shipped.${profile}}";
in
{
  # What has the most parts: a component. Std compiled anew, and all other variants, in the deep set.
  checks.reproducible = try "reproducible" (
    again "wasip2" "release-wasm" "wasip2" [ (recommended "release-wasm" "wasip2") ]
  );

  deep = {
    reproducible-all = try "reproducible-all" (
      lib.concatMapAttrs (
        profile: suffix:
        lib.concatMapAttrs (
          target: _: again "all-${target}${suffix}" profile target (variantsOf profile target)
        ) matrix.targets
      ) matrix.shipped
    );
    # Messages of panics name the folder of the crates.
    rejects-reproducible = rejects "reproducible" {
      unmapped = {
        check = try "unmapped" {
          same = same (elsewhere {
            name = "unmapped";
            inherit (artifacts.talc-wasip1) profile target;
            remap = false;
            variants = [ artifacts.talc-wasip1 ];
          }) artifacts.talc-wasip1;
        };
        message = "built elsewhere, the artifact has other bytes";
      };
    };
  };
}
