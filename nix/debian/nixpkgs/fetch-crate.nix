# `fetchCrate { pname, version, hash }`: the unpacked sources of a crate, a fixed-output derivation whose
# hash is nixpkgs' own. cargo fetches it, as a dependency of a package that has no other purpose.
{
  cargo,
  runCommand,
  rustc,
}:

{
  pname,
  version,
  hash,
}:

runCommand "${pname}-${version}.tar.gz"
  {
    inherit pname version;
    nativeBuildInputs = [
      cargo
      rustc
    ];
    outputHash = hash;
    outputHashMode = "recursive";
  }
  ''
    export CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt
    mkdir -p asks/src && cd asks
    touch src/lib.rs
    printf '[package]\nname = "asks"\nversion = "0.0.0"\nedition = "2021"\n' >Cargo.toml
    printf '[dependencies]\n%s = { version = "=%s", default-features = false }\n' ${pname} ${version} >>Cargo.toml
    CARGO_HOME=$PWD/home cargo fetch --quiet
    mkdir $out
    tar -xzf home/registry/cache/*/${pname}-${version}.crate --strip-components=1 -C $out
  ''
