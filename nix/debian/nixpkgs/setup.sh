# The builder of every derivation: nixpkgs' generic build, in short. Sourced variables are the
# derivation's attributes; phases, hooks and their order are those of nixpkgs.
# shellcheck shell=bash disable=SC1091,SC2016,SC2154 # attributes of the derivation, files of its inputs
set -eu -o pipefail
shopt -s inherit_errexit nullglob

export PATH="$initialPath/bin"
export HOME=/homeless-shelter TMPDIR="${TMPDIR:-$NIX_BUILD_TOP}" SOURCE_DATE_EPOCH=1 LC_ALL=C.UTF-8
export SHELL=/bin/bash CC=cc AR=ar

# Runs the hooks of one name: the variable or function NAME, then the array NAMEHooks.
runHook() {
  local hook
  local -n hooks="$1Hooks"
  if [ "$(type -t "$1")" = function ]; then
    "$1"
  elif [ -n "${!1:-}" ]; then
    eval "${!1}"
  fi
  for hook in ${hooks+"${hooks[@]}"}; do
    eval "$hook"
  done
}

runPhase() {
  if [ "$(type -t "$1")" = function ]; then
    "$1"
  else
    eval "${!1:?}"
  fi
}

inputsPath=
for input in ${nativeBuildInputs:-} ${buildInputs:-}; do
  if [ -d "$input/bin" ]; then
    inputsPath=$inputsPath$input/bin:
  fi
  if [ -f "$input/nix-support/setup-hook" ]; then
    source "$input/nix-support/setup-hook"
  fi
done
PATH=$inputsPath$PATH

# nixpkgs switches this off for the phases, and scripts rely on it.
set +u

# NB: nixpkgs keeps the times of the files, which are those of the epoch; here sources are newer than
# any artifacts, so that cargo never takes a stand-in's compilation for theirs.
unpackPhase=${unpackPhase:-'
  runHook preUnpack
  sourceRoot=${src##*/}
  sourceRoot=${sourceRoot#*-}
  cp -r --no-preserve=timestamps "$src" "$sourceRoot"
  chmod -R u+w "$sourceRoot"
  cd "$sourceRoot"
  runHook postUnpack'}
patchPhase=${patchPhase:-'runHook prePatch; runHook postPatch'}
configurePhase=${configurePhase:-'runHook preConfigure; runHook postConfigure'}
buildPhase=${buildPhase:-'runHook preBuild; runHook postBuild'}
checkPhase=${checkPhase:-'runHook preCheck; runHook postCheck'}
installPhase=${installPhase:-'runHook preInstall; runHook postInstall'}

cd "$NIX_BUILD_TOP"

if [ -n "$buildCommand" ]; then
  eval "$buildCommand"
  exit 0
fi

if [ -n "$src" ]; then
  runPhase unpackPhase
fi
runPhase patchPhase
runPhase configurePhase
runPhase buildPhase
if [ -n "$doCheck" ]; then
  runPhase checkPhase
fi
runPhase installPhase
