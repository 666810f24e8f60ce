# Every shell script of the tree passes shellcheck.
{
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;
  shellcheck =
    scripts:
    runCommand "shellcheck" { nativeBuildInputs = [ pkgs.shellcheck ]; } ''
      shellcheck ${lib.concatMapStringsSep " " (script: "${script}") scripts} | tee $out
    '';
in
{
  shellcheck = shellcheck [
    ../.ci/run
    ../crates/clawft-wasm/tests/behaviour.sh
    ../checks/wasi-matrix/hexyl.sh
    ../crates/wasm-heft/tests/browser/run
    ../crates/wasm-heft/tests/real-files/run
    ../nix/run
    ../nix/update.sh
    ../nix/debian/enter
    ../nix/debian/run
    ../nix/debian/crane/cargo-hook.sh
    ../nix/debian/nixpkgs/expect-failure.sh
    ../nix/debian/nixpkgs/setup.sh
    ../nix/debian/nixpkgs/shell-setup.sh
    ../nix/template/tests/behaviour.sh
  ];
  # Words split where the author did not see it.
  twin-shellcheck = twin "shellcheck" (shellcheck [
    (builtins.toFile "unquoted" ''
      #!/usr/bin/env bash
      file=$1
      rm $file
    '')
  ]) "SC2086";
}
