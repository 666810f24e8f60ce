# `checks`: one derivation for each promise of each variant, and for each kind of check a twin that
# proves it can fail. A file of this folder is a kind; its head says what it promises.
{
  artefacts,
  callFile,
  lib,
}:

let
  twin = callFile ./twin.nix;

  kinds = callFile ./kinds.nix;

  perVariant = lib.concatMapAttrs (
    kind:
    { check, ... }:
    lib.mapAttrs' (name: artefact: lib.nameValuePair "${kind}-${name}" (check artefact)) artefacts
  ) kinds;

  # The faults of a module and of a component.
  twins = lib.concatMapAttrs (
    kind:
    {
      check,
      fault,
      refusal,
    }:
    lib.genAttrs' [ "talc-wasip1" "talc-wasip2" ] (
      name:
      lib.nameValuePair "twin-${kind}-${name}" (
        twin "${kind}-${name}" (check (fault artefacts.${name})) refusal
      )
    )
  ) kinds;
in
# NB: `//` would hide a name used twice.
lib.foldl' lib.attrsets.unionOfDisjoint { } [
  perVariant
  twins
  (callFile ./bench.nix)
  (callFile ./cache.nix)
  (callFile ./cargo.nix)
  (callFile ./decision.nix)
  (callFile ./diff.nix)
  (callFile ./features.nix)
  (callFile ./gate.nix)
  (callFile ./http.nix)
  (callFile ./memory-limit.nix)
  (callFile ./min.nix)
  (callFile ./profile.nix)
  (callFile ./report.nix)
  (callFile ./reproducible.nix)
  (callFile ./savings.nix)
  (callFile ./scripts.nix)
  (callFile ./size-by-feature.nix)
  (callFile ./soundness.nix)
  (callFile ./tracing.nix)
  (callFile ./update.nix)
  (callFile ./wasi-matrix)
]
