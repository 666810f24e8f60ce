# `document name { file, more } compare`: a document with numbers names their tools in a line of its own. It is
# compared where these tools are; whose they are has to be accepted tools. `more` is shell that prints
# further tools, which no artifact's record names.
{
  artifacts,
  callFile,
  lib,
  matrix,
  pkgs,
  programs,
}:

let
  promises = callFile ./promises.nix;
in
name:
{
  file,
  more ? null,
}:
compare:
promises name
  {
    nativeBuildInputs = [
      pkgs.jq
      programs.wasm-heft-static
    ];
  }
  {
    document = ''
      tools='"rustc \(.rustc), \(."wasm-opt"), nixpkgs \(.nixpkgs)"'
      here=$(jq -r ".fingerprint | $tools" ${artifacts."${matrix.recommended}-wasip1".record})
      ${lib.optionalString (more != null) ''here="$here; $(${more})"''}
      said=$(sed -n 's/^Measured with: \(.*\)\.$/\1/p' ${file})
      if ! jq -r ".fingerprints[] | $tools" ${../baselines/sizes.json} | grep -q -x -F -e "''${said%%; *}"; then
        echo "the document's tools (\`$said\`) are none that baselines/sizes.json knows: measure it again and say"
        echo "Measured with: $here."
        exit 1
      fi
      if [ "$said" != "$here" ]; then
        echo "the document's numbers are of other tools ($said); not compared"
        exit 0
      fi
      ${compare}
    '';
  }
