# Several artefacts in one place.
{ lib, runCommand }:

{
  # A package of the packages of `artefacts`. Copies, not links: the result is readable where the store
  # is not, and can be shipped as it is.
  package =
    name: artefacts:
    runCommand name { } (
      "mkdir -p $out\n"
      + lib.concatMapStrings (
        artefact: "cp -r --no-preserve=mode ${artefact.package}/. $out/\n"
      ) artefacts
    );

  # Shell lines that put each of a set of artefacts, with its named twin and its record, into the folder
  # `artefacts` under its own name, as `wasm-heft` looks for them.
  links =
    artefacts:
    lib.concatStrings (
      lib.mapAttrsToList (name: artefact: ''
        ln -s ${artefact.file} artefacts/${name}.wasm
        ln -s ${artefact.names} artefacts/${name}.names.wasm
        ln -s ${artefact.record} artefacts/${name}.json
      '') artefacts
    );

  # `NAME=FILE` of each, as `wasm-heft` takes them; from that folder.
  arguments =
    artefacts:
    lib.concatMapStringsSep " " (name: "${name}=artefacts/${name}.wasm") (lib.attrNames artefacts);
}
