# `nix fmt`: Rust and Nix files of the tree.
{
  pkgs,
  toolchain,
  writeShellApplication,
}:

writeShellApplication {
  name = "format-tree";
  runtimeInputs = [
    pkgs.git
    pkgs.nixfmt
    toolchain
  ];
  text = ''
    cargo fmt --all
    git ls-files -z '*.nix' | xargs -0 nixfmt
  '';
}
