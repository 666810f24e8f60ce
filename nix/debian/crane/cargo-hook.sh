# What crane's setup hooks do: cargo's environment, vendored crates, artifacts in and out.
# shellcheck shell=bash disable=SC2154 # attributes of the derivation

configureCargo() {
  export CARGO_HOME=${CARGO_HOME:-$PWD/.cargo-home}
  export CARGO_BUILD_JOBS=${CARGO_BUILD_JOBS:-$NIX_BUILD_CORES}
  export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$NIX_BUILD_CORES}
  export CARGO_BUILD_INCREMENTAL=${CARGO_BUILD_INCREMENTAL-false}
  CARGO_PROFILE=${CARGO_PROFILE-release}
  mkdir -p "$CARGO_HOME"
  if [ -n "${cargoVendorDir:-}" ]; then
    cat "$cargoVendorDir/config.toml" >>"$CARGO_HOME/config.toml"
  fi
  if [ -n "${cargoArtifacts:-}" ]; then
    mkdir -p "${CARGO_TARGET_DIR:-target}"
    zstd -d --stdout "$cargoArtifacts/target.tar.zst" | tar -x -C "${CARGO_TARGET_DIR:-target}"
  fi
}
preConfigureHooks+=(configureCargo)

cargoWithProfile() {
  local profile=()
  if [ "$CARGO_PROFILE" = release ]; then
    profile=(--release)
  elif [ -n "$CARGO_PROFILE" ]; then
    profile=(--profile "$CARGO_PROFILE")
  fi
  cargo "$1" "${profile[@]}" "${@:2}"
}

# Copies the workspace's own programs and C libraries that the build log names.
installFromCargoBuildLog() {
  local dest=$1 log=$2 members kind
  members=$(cargo metadata --format-version 1 --no-deps | jq -c .workspace_members)
  for kind in bin lib; do
    jq -r --argjson members "$members" --arg kind "$kind" '
      select(.reason == "compiler-artifact" and .profile.test == false)
      | select(.package_id as $id | $members | index([$id]))
      | if $kind == "bin" then .executable // empty
        elif any(.target.kind[]; . == "cdylib" or . == "staticlib" or . == "dylib")
        then .filenames[] | select(endswith(".rlib") | not)
        else empty end' "$log" |
      while IFS= read -r file; do
        install -D -t "$dest/$kind" "$file"
      done
  done
}

installCargoArtifacts() {
  mkdir -p "$out"
  tar --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner --mode=u+w \
    -C "${CARGO_TARGET_DIR:-target}" -c . | zstd -q "-T$NIX_BUILD_CORES" -o "$out/target.tar.zst"
}
if [ "${doInstallCargoArtifacts:-}" = 1 ]; then
  postInstallHooks+=(installCargoArtifacts)
fi
