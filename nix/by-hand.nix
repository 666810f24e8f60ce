# `by-hand FILE WASM-OPT-ARGUMENTS...`: prints how many bytes FILE has left when its core modules go
# through wasm-opt with these arguments and through wasm-strip, by those tools alone. There is no
# command that puts a module back into a component, so what surrounds the modules is weighed apart.
{
  callFile,
  pkgs,
  writeShellApplication,
}:

writeShellApplication {
  name = "by-hand";
  runtimeInputs = [
    (callFile ./core-modules.nix)
    pkgs.binaryen
    pkgs.wabt
    pkgs.wasm-tools
  ];
  text = ''
    file=$1
    shift
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    total() { cat "$@" | wc -c; }

    core-modules "$file" "$work/input"
    mkdir "$work/output"
    for module in "$work"/input/*; do
      output=$work/output/$(basename "$module")
      wasm-opt "$@" "$module" -o "$output"
      wasm-strip "$output"
    done
    wasm-tools strip --all "$file" -o "$work/stripped.wasm"
    core-modules "$work/stripped.wasm" "$work/stripped"
    around=$(($(total "$work/stripped.wasm") - $(total "$work"/stripped/*)))
    echo $((around + $(total "$work"/output/*)))
  '';
}
