# `optimize { name, bin, module, ... }`: the artifact of a module, with its symbols file and its record,
# in a folder. What makes its size comparable goes into the record: the tools, and where they are from.
{
  lib,
  pkgs,
  programs,
  runCommand,
}:

{
  # Of the derivation.
  name,
  # The program: `${module}/${bin}.wasm` as cargo left it.
  bin,
  module,
  # Where in the result the files are.
  folder ? ".",
  arguments ? "-Oz",
  # What a core module exports in the end; null: all that it did. A component's exports are its WIT.
  exports ? null,
  # What a panic does: `keep` or `trap`.
  panics ? "keep",
  # How much to try, if not what `optimize` does by itself.
  effort ? null,
  fingerprint ? { },
}:

let
  # NB: the small program of all others knows no panics: it demangles no names.
  tool = if panics == "keep" then programs.wasm-heft-optimize else programs.wasm-heft-trap;
  pairs = {
    nixpkgs = lib.version;
    cargo-lock = builtins.hashFile "sha256" ../Cargo.lock;
  }
  // fingerprint;
in
runCommand name
  {
    nativeBuildInputs = [
      pkgs.binaryen
      tool
    ];
    passthru = { inherit module; };
  }
  ''
    mkdir -p $out/${folder}
    cd $out/${folder}
    wasm-heft optimize --strict --prune-imports ${module}/${bin}.wasm -o ${bin}.wasm --names ${bin}.names.wasm \
      --record ${bin}.json --opt-args=${lib.escapeShellArg arguments} ${lib.optionalString (effort != null) "--effort ${effort} "}${
        lib.concatMapStringsSep " " (key: "--fingerprint ${key}=${pairs.${key}}") (lib.attrNames pairs)
      }${lib.optionalString (exports != null) " --keep-exports ${lib.escapeShellArg (lib.concatStringsSep "," exports)}"}${lib.optionalString (panics != "keep") " --panics ${panics}"}
  ''
