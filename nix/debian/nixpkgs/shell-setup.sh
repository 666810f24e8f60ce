# What `nix develop` makes of a derivation: the tools of its inputs, and no phase.
# shellcheck shell=bash disable=SC2154 # attributes of the derivation
inputsPath=
for input in ${nativeBuildInputs:-}; do
  inputsPath=$inputsPath$input/bin:
done
export PATH="$inputsPath$initialPath/bin"
