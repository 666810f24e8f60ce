# `downloadCrate { name, version }`: the commands of a fixed-output derivation that leave a crate of the
# registry as `downloads/NAME-VERSION.crate`. cargo fetches it, as a dependency of a package that has no
# other purpose.
{ name, version }:

''
  export CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt
  mkdir -p asks/src downloads
  touch asks/src/lib.rs
  printf '[package]\nname = "asks"\nversion = "0.0.0"\nedition = "2021"\n' >asks/Cargo.toml
  printf '[dependencies]\n%s = { version = "=%s", default-features = false }\n' ${name} ${version} >>asks/Cargo.toml
  CARGO_HOME=$PWD/asks/home cargo fetch --quiet --manifest-path asks/Cargo.toml
  cp asks/home/registry/cache/*/${name}-${version}.crate downloads/
''
