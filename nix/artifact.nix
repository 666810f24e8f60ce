# `artifact { name, bin, module, ... }`: what ships of a module, under the names that checks and tables
# use. Further attributes, such as the target, are kept.
{ matrix, optimize }:

{
  # Of the derivation.
  derivation,
  # The program: `${module}/${bin}.wasm` as cargo left it.
  bin,
  module,
  # Where in the package the files are: both targets of an allocator fit into one.
  folder,
  arguments,
  # What a module for wasip1 exports in the end; null: all that it did.
  exports ? matrix.exports,
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
      exports
      fingerprint
      folder
      module
      panics
      ;
  };
in
{
  inherit exports module package;
  unoptimized = "${module}/${bin}.wasm";
  file = "${package}/${folder}/${bin}.wasm";
  names = "${package}/${folder}/${bin}.names.wasm";
  record = "${package}/${folder}/${bin}.json";
}
