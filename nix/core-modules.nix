# `core-modules FILE FOLDER`: writes every core module of FILE to FOLDER, by wasm-tools alone, so
# that checks of wasm-heft's work do not rely on wasm-heft.
{ pkgs, writeShellApplication }:

writeShellApplication {
  name = "core-modules";
  runtimeInputs = [ pkgs.wasm-tools ];
  text = ''
    file=$1 folder=$2
    mkdir -p "$folder"
    # The layer field of the header: 1 is a component.
    if [ "$(od -An -t u1 -j 6 -N 1 "$file" | tr -d ' ')" = 1 ]; then
      wasm-tools component unbundle --threshold 0 --module-dir "$folder" "$file" -o /dev/null
    else
      cp --no-preserve=mode "$file" "$folder/module.wasm"
    fi
  '';
}
