# Tracing costs nothing when it is off: the module that ships is, byte for byte, the one that a tree
# without the tracer gives.
{
  artefacts,
  callFile,
  lib,
  matrix,
  modules,
  runCommand,
}:

let
  twin = callFile ./twin.nix;

  # The same module from a tree without the tracer's files, its features and the lines that go by them.
  before =
    module:
    module.overrideAttrs (old: {
      postPatch = old.postPatch + ''
        rm -r crates/wasi-alloc/src/tracing crates/wasi-alloc/wit
        sed -i '/not(feature = "tracing")/d' crates/wasi-alloc/src/install.rs
        sed -i -e '/feature = "tracing"/,+1d' -e '/`tracing`/d' \
          crates/wasi-alloc/src/install.rs crates/wasi-alloc/src/lib.rs
        sed -i '/^\(alloc-\)\?tracing = /d' crates/*/Cargo.toml
        if grep -rn tracing crates/wasi-alloc/src crates/*/Cargo.toml; then
          echo "something of the tracer is left; adapt checks/tracing.nix"
          exit 1
        fi
      '';
    });

  same =
    name: module: other:
    runCommand "tracing-${name}" { } ''
      if ! cmp ${module}/clawft.wasm ${other}/clawft.wasm; then
        echo "the module differs from that of a tree without the tracer"
        exit 1
      fi
      sha256sum <${module}/clawft.wasm >$out
    '';

  traced =
    artefact:
    modules.clawft (
      artefact
      // {
        name = "${artefact.name}-traced";
        features = artefact.features ++ [ "alloc-tracing" ];
      }
    );
in
lib.concatMapAttrs (
  target: _:
  let
    name = "talc-tail-${target}";
    artefact = artefacts.${name};
    untouched = before artefact.module;
  in
  {
    "tracing-${name}" = same name artefact.module untouched;
    "twin-tracing-${name}" =
      twin "tracing-${name}" (same "${name}-on" (traced artefact) untouched)
        "the module differs from that of a tree without the tracer";
  }
) matrix.targets
