# Several artifacts in one place.
{ lib, runCommand }:

{
  # A package of the packages of `artifacts`. Copies, not links: the result is readable where the store
  # is not, and can be shipped as it is.
  package =
    name: artifacts:
    runCommand name { } (
      "mkdir -p $out\n"
      + lib.concatMapStrings (
        artifact: "cp -r --no-preserve=mode ${artifact.package}/. $out/\n"
      ) artifacts
    );

  # Shell lines that put each of a set of artifacts, with its symbols file and its record, into the folder
  # `artifacts` under its own name, as `wasm-heft` looks for them.
  links =
    artifacts:
    lib.concatStrings (
      lib.mapAttrsToList (name: artifact: ''
        ln -s ${artifact.file} artifacts/${name}.wasm
        ln -s ${artifact.names} artifacts/${name}.names.wasm
        ln -s ${artifact.record} artifacts/${name}.json
      '') artifacts
    );

  # `NAME=FILE` of each, as `wasm-heft` takes them; from that folder.
  arguments =
    artifacts:
    lib.concatMapStringsSep " " (name: "${name}=artifacts/${name}.wasm") (lib.attrNames artifacts);
}
