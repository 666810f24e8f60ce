# `fetchCrate { pname, version, hash }`: the unpacked sources of a crate, a fixed-output derivation whose
# hash is nixpkgs' own.
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
    ${import ./download-crate.nix {
      inherit version;
      name = pname;
    }}
    mkdir $out
    tar -xzf downloads/${pname}-${version}.crate --strip-components=1 -C $out
  ''
