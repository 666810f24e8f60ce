# `native-tables`: puts the tables of ./tables.nix, and the tools that they were measured with, into the ADR.
{
  artifacts,
  matrix,
  native,
  pkgs,
  writeShellApplication,
}:

writeShellApplication {
  name = "native-tables";
  runtimeInputs = [ pkgs.jq ];
  text = ''
    document=docs/adr/0003-native-build.md
    if [ ! -f "$document" ]; then
      echo "native-tables: found no $document; run it in the project's own folder" >&2
      exit 2
    fi
    tools=$(jq -r '.fingerprint | "rustc \(.rustc), \(."wasm-opt"), nixpkgs \(.nixpkgs)"' \
      ${artifacts."${matrix.recommended}-wasip1".record})
    {
      sed '/^<!-- native-tables: written/q' "$document"
      echo
      cat ${native.tables}/tables.md
      echo
      sed -n '/^<!-- native-tables: end/,$p' "$document" |
        sed "s#^Measured with: .*#Measured with: $tools; $(cat ${native.tables}/tools).#"
    } >"$document.new"
    mv "$document.new" "$document"
  '';
}
