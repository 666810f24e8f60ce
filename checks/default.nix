# `checks`, what a developer waits for, and `deep`, what takes long and holds for all time. A file of this
# folder is a concern; its head says what it promises. `rejects-*` prove that the checks can fail.
{ callFile, lib }:

let
  concerns = map callFile [
    ./allocators.nix
    ./artifact.nix
    ./builders
    ./cargo.nix
    ./endure
    ./examples.nix
    ./farm.nix
    ./flake-parts.nix
    ./min.nix
    ./native.nix
    ./numbers.nix
    ./platform.nix
    ./real-files.nix
    ./release.nix
    ./report.nix
    ./reproducible.nix
    ./tool.nix
    ./trap
    ./wasi-matrix
  ];
  # NB: `//` would hide a name used twice.
  together = kind: lib.foldl' lib.attrsets.unionOfDisjoint { } (map (concern: concern.${kind}) concerns);
in
{
  checks = together "checks";
  deep = together "deep";
}
