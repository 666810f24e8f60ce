# The update names the tools as the cause: of artefacts that other tools made, `nix run .#update` shows
# what changed and that it was not the source; of a lock that stays as it is, that there is nothing to do.
# (nix itself is played by a script: a build reaches no network.)
{
  artefacts,
  callFile,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
  writeShellApplication,
}:

let
  twin = callFile ./twin.nix;
  artefact = artefacts."${matrix.recommended}-wasip1";

  # The recommended module once more, optimised for speed by what says to be another nixpkgs.
  others = runCommand "matrix-of-other-tools" {
    nativeBuildInputs = [
      pkgs.binaryen
      programs.wasm-heft-static
    ];
  } ''
    mkdir -p $out/words
    wasm-heft optimize ${artefact.unoptimised} -o $out/words/clawft.wasm \
      --names $out/words/clawft.names.wasm --record $out/words/clawft.json \
      --opt-args=-O3 --fingerprint nixpkgs=another
  '';
  before = runCommand "matrix-before" { } ''
    mkdir -p $out/words
    cp ${artefact.file} ${artefact.names} ${artefact.record} $out/words/
  '';

  # `nix flake update` and `nix build .#matrix`.
  nix =
    updates:
    writeShellApplication {
      name = "nix";
      text = ''
        case "$1" in
          flake) ${if updates then "echo new >>flake.lock" else "true"} ;;
          build) echo ${others} ;;
          *) exit 9 ;;
        esac
      '';
    };

  update =
    name: updates: words:
    runCommand "update-${name}"
      {
        nativeBuildInputs = [
          (nix updates)
          programs.wasm-heft-static
        ];
      }
      ''
        echo old >flake.lock
        bash ${../nix/update.sh} ${before} | tee $out
        ${lib.concatMapStrings (words: ''
          if ! grep -q -F -e ${lib.escapeShellArg words} $out; then
            echo "expected the update to say:" ${lib.escapeShellArg words}
            exit 1
          fi
        '') words}
      '';
in
{
  update = update "new-tools" true [
    "== words/clawft.wasm"
    "nixpkgs"
    "another"
    "0 artefacts are the same, 1 changed."
    "accept -- --reason"
  ];
  update-nothing = update "nothing" false [ "nothing to build" ];
  twin-update = twin "update" (update "no-tools" false [ "1 changed" ]) "expected the update to say";
}
