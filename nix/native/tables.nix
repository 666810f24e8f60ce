# `tables.md`: the tables of ../../docs/adr/0003-native-build.md; `tools`: what they depend on beside the tools that
# an artifact's record names.
{
  lib,
  pkgs,
  runCommand,
}:

{
  builds,
  instrumented,
  lto,
  sections,
  wasm,
}:

let
  line =
    fields: files:
    ''jq --null-input --compact-output ${
      lib.concatStringsSep " " (
        lib.mapAttrsToList (key: value: "--arg ${key} ${lib.escapeShellArg value}") fields
        ++ lib.mapAttrsToList (key: file: "--slurpfile ${key} ${file}") files
      )
    } '$ARGS.named | map_values(if type == "array" then .[0] else . end)' >>measured
    '';
  compiled =
    kind: fields: build: files:
    line ({ inherit kind; inherit (build) name; } // fields) (
      {
        inherit (build) sections;
        steps = "${build.program}/steps";
        seconds = "${build.program.time}";
      }
      // files
    );
  native =
    kind: fields: build:
    compiled kind fields build { inherit (build) instructions; };
  label = build: { inherit (build) label; };
  loosely = lever: { inherit (lever) lto units; };
in
runCommand "native-tables"
  {
    nativeBuildInputs = [
      pkgs.jq
      pkgs.valgrind
    ];
    # Parts of it: what is measured of native programs, and the modules.
    passthru.modules = pkgs.linkFarm "native-modules" (
      lib.concatMap (
        target:
        lib.mapAttrsToList (name: path: {
          name = "${target}/${name}";
          inherit path;
        }) wasm.${target}.artifacts
      ) (lib.attrNames wasm)
    );
    passthru.native = pkgs.linkFarm "native-measured" (
      lib.concatMap (measured: [
        {
          name = "${measured.name}/instructions.json";
          path = measured.instructions;
        }
        {
          name = "${measured.name}/sections.json";
          path = measured.sections;
        }
      ]) (builds ++ lto ++ sections)
    );
  }
  ''
    ${lib.concatMapStrings (build: native "build" (label build) build) builds}
    ${lib.concatMapStrings (build: compiled "instrumented" (label build) build { }) instrumented}
    ${lib.concatMapStrings (lever: native "lto" (loosely lever) lever) lto}
    ${lib.concatMapStrings (lever: native "section" (label lever) lever) sections}
    ${lib.concatStrings (
      lib.mapAttrsToList (
        target: measured:
        lib.concatMapStrings (lever: ''
          stat -c %s ${measured.artifacts.${lever.key}}/clawft.wasm >bytes
          jq '[.rows[] | select(.module == "${lever.key}") | { key: .case, value: .fuel }] | from_entries' \
            ${measured.fuel} >fuel
          ${line ({ kind = "wasm"; inherit target; } // loosely lever) {
            bytes = "bytes";
            fuel = "fuel";
            seconds = "${measured.modules.${lever.key}.time}";
          }}
        '') lto
      ) wasm
    )}
    mkdir $out
    jq --null-input --raw-output --from-file ${./tables.jq} measured >$out/tables.md
    library=$(cc -print-file-name=libc.so.6)
    {
      cc -dumpmachine
      ld --version | head -n 1
      "$library" | head -n 1 | sed 's/\.$//'
      valgrind --version
    } | sed ':all; N; $!b all; s/\n/, /g' >$out/tools
  ''
