# `artifact { name, bin, module, ... }`: what ships of a module, under the names that checks and tables
# use. Further attributes, such as the target, are kept.
{ optimize }:

{
  # Of the derivation.
  derivation,
  # The program: `${module}/${bin}.wasm` as cargo left it.
  bin,
  module,
  # Where in the package the files are: both targets of an allocator fit into one.
  folder,
  arguments,
  # What a panic does: `keep` or `trap`.
  panics ? "keep",
  fingerprint ? { },
}:

let
  package = optimize {
    name = derivation;
    inherit
      arguments
      bin
      fingerprint
      folder
      module
      panics
      ;
  };
in
{
  inherit module package;
  unoptimized = "${module}/${bin}.wasm";
  file = "${package}/${folder}/${bin}.wasm";
  names = "${package}/${folder}/${bin}.names.wasm";
  record = "${package}/${folder}/${bin}.json";
}
