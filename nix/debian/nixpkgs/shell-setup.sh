# What `nix develop` makes of a derivation: the tools of its inputs, and no phase.
# shellcheck shell=bash disable=SC2154 # attributes of the derivation
PATH=
for input in ${nativeBuildInputs:-}; do
  PATH=$PATH$input/bin:
done
export PATH=$PATH$initialPath/bin
