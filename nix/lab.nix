# The lab: the workloads' module of every row of `matrix.lab`, and what `wasm-heft bench` counts when
# each of them does each workload; and the same of the artifacts, at work on what agents do. Counts
# only: they are the same on every run, times are not.
{
  artifacts,
  callFile,
  lib,
  matrix,
  modules,
  optimize,
  pkgs,
  programs,
  runCommand,
}:

let
  packages = lib.genAttrs' matrix.lab (
    row:
    lib.nameValuePair row.name (optimize {
      name = "alloc-workloads-${row.name}";
      bin = "workloads";
      module = modules.workloads row;
      arguments = matrix.profiles.${row.profile}.optimize;
      fingerprint.cargo-profile = row.profile;
    })
  );

  # `NAME=FILE` of rows, as `wasm-heft bench` takes them.
  argumentsOf = lib.mapAttrsToList (name: package: "${name}=${package}/workloads.wasm");
  arguments = argumentsOf packages;

  # Some of the workloads as cases of `wasm-heft bench`, by the native program's own list. chosen: a command
  # that leaves their lines.
  casesOf =
    chosen:
    runCommand "alloc-workload-cases" { nativeBuildInputs = [ programs.workloads ]; } ''
      workloads list | ${chosen} | while read -r name _; do
        printf -- '--case\n%s=%s\n' "$name" "$name"
      done >$out
    '';
  cases = casesOf "cat";
  # What is heavier than a first run should be is counted with the foreign workloads.
  isHeavy = "-E '^(buckets-many|strings) '";

  # What the native program prints, by workload.
  expected = runCommand "alloc-workloads-expected" { nativeBuildInputs = [ programs.workloads ]; } ''
    mkdir $out
    workloads list | while read -r name _; do
      workloads "$name" >$out/"$name"
    done
  '';

  # Counts of some rows with every workload. A row that does not end well is in the result, and no
  # reason to fail here.
  benchOf = benchOfCases (casesOf "grep -v ${isHeavy}");
  benchOfCases =
    cases: name: rows:
    runCommand "bench-${name}.json" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
      mapfile -t cases <${cases}
      wasm-heft bench ${
        lib.escapeShellArgs (argumentsOf rows)
      } "''${cases[@]}" --timeout 600 --startup startup \
        --no-time --curve --operations --format json --report $out >/dev/null || [ $? -eq 1 ]
    '';

  # The modules and rows of several counts in one file.
  merged =
    name: counts:
    runCommand "${name}.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq --slurp '.[0] + {
          modules: map(.modules[]) | sort_by(.name),
          cases: reduce map(.cases[])[] as $case ([]; if any(.[]; . == $case) then . else . + [$case] end),
          rows: map(.rows[]) | sort_by(.module)
        }' ${toString counts} >$out
    '';

  # The rows that every first run measures: those that ship, and the usual recipe to compare with. All
  # others are measured where the whole lab is.
  isShipped =
    name: _:
    lib.elem name (
      lib.concatMap (target: [
        "dlmalloc-${target}-plain"
      ] ++ map (allocator: "${allocator}-${target}") (lib.attrNames matrix.allocators)) (
        lib.attrNames matrix.targets
      )
    );
  shippedRows = lib.filterAttrs isShipped packages;
  shippedBench = benchOf "shipped" shippedRows;
  bench = merged "bench" [
    shippedBench
    (benchOf "others" (lib.filterAttrs (name: row: !isShipped name row) packages))
  ];

  # A folder of an agent that has been talked to for long: 2,000 turns in one session.
  folder = runCommand "clawft-folder" { nativeBuildInputs = [ pkgs.jq ]; } ''
    mkdir -p $out/sessions
    printf '{ "context_tokens": 2000 }\n' >$out/clawft.json
    jq --null-input --compact-output '
      range(2000) | . as $turn
      | { messages: [
          { role: "user", content: ("what about turn \($turn)? " * (1 + $turn % 7)) },
          { role: "assistant", content: ("as said in turn \($turn), " * (1 + $turn % 11)) }
        ] }' >$out/sessions/long.jsonl
  '';

  benchClawft = runCommand "bench-clawft.json" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
    cp -r --no-preserve=mode ${folder} folder
    wasm-heft bench ${
      lib.escapeShellArgs (
        lib.mapAttrsToList (name: artifact: "clawft-${name}=${artifact.file}") artifacts
      )
    } --dir folder::. --startup version \
      --case 'config=config check' \
      --case 'message=agent -m "a message of some words"' \
      --case 'conversation=agent --session long -m "and what came of it?"' \
      --case 'remember=memory add -m "the report is due on Friday"' \
      --no-time --format json --report $out
  '';

  # Other people's programs, and of the workloads those that keep much alive: only in the forms that ship.
  foreign = callFile ./lab/foreign.nix;
  heavyBench = benchOfCases (casesOf "grep ${isHeavy}") "heavy" (
    lib.mapAttrs' (name: lib.nameValuePair "workloads-${name}") (
      lib.filterAttrs (name: _: isShipped name null && !lib.hasSuffix "-plain" name) packages
    )
  );

  recordsOf =
    rows:
    lib.mapAttrs' (name: artifact: lib.nameValuePair "clawft-${name}" artifact.record) artifacts
    // lib.mapAttrs (name: package: "${package}/workloads.json") rows;
in
{
  inherit
    arguments
    bench
    cases
    expected
    packages
    ;

  # Counts of those, and the table of them.
  foreign = foreign // rec {
    bench = merged "bench-foreign" (lib.attrValues foreign.benches ++ [ heavyBench ]);
    table = foreign.tableOf bench;
  };

  # All counts in one file, for the baseline, and the record of each module in it.
  counts = merged "counts" [
    bench
    benchClawft
  ];
  records = recordsOf packages;

  # The same of what every first run measures.
  shipped = {
    bench = shippedBench;
    counts = merged "counts-shipped" [
      shippedBench
      benchClawft
    ];
    records = recordsOf shippedRows;
  };
}
