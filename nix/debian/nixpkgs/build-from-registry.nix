# Builds a command from the crate registry, for tools that Debian does not have.
#
# Two steps. The first is a fixed-output derivation, the only one with a network: cargo fetches
# the crate and everything its own Cargo.lock names, and the result is the folder of `.crate`
# files, whose bytes the registry never changes. The second unpacks and compiles them offline.
{
  cargo,
  lib,
  rustc,
  runCommand,
  stdenv,
}:

{
  pname,
  version,
  crate,
  features,
  # These tools run for seconds: quick to compile beats quick to run.
  optLevel ? 1,
  # Of the folder of `.crate` files; nix prints the right one when it differs.
  hash,
}:

let
  crates =
    runCommand "${pname}-${version}-crates"
      {
        nativeBuildInputs = [
          cargo
          rustc
        ];
        outputHash = hash;
        outputHashMode = "recursive";
      }
      ''
        ${import ./download-crate.nix {
          inherit version;
          name = crate;
        }}
        mkdir -p $out source
        cp downloads/${crate}-${version}.crate $out/
        tar -xzf $out/${crate}-${version}.crate --strip-components=1 -C source
        CARGO_HOME=$PWD/home cargo fetch --quiet --locked --manifest-path source/Cargo.toml
        cp home/registry/cache/*/*.crate $out/
      '';
in
stdenv.mkDerivation {
  inherit pname version;
  nativeBuildInputs = [
    cargo
    rustc
  ];
  meta.mainProgram = lib.last (lib.splitString "/" pname);
  passthru = { inherit crates; };
  buildCommand = ''
    export CARGO_HOME=$PWD/home CARGO_NET_OFFLINE=true
    mkdir -p vendor home
    for archive in ${crates}/*.crate; do
      tar -xzf "$archive" -C vendor
      folder=vendor/$(basename "$archive" .crate)
      printf '{"files":{},"package":"%s"}' "$(sha256sum "$archive" | cut -d ' ' -f 1)" >"$folder/.cargo-checksum.json"
    done
    mv vendor/${crate}-${version} source
    printf '[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = "%s"\n' "$PWD/vendor" >home/config.toml

    export CARGO_PROFILE_RELEASE_OPT_LEVEL=${toString optLevel} CARGO_PROFILE_RELEASE_LTO=off
    export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0
    cargo install --path source --locked --offline --root $out --no-default-features \
      --features ${lib.concatStringsSep "," features}
    rm -f $out/.crates.toml $out/.crates2.json
  '';
}
