# What is measured: sizes within their budgets and not grown, fuel and pages not grown and in proportion,
# documents that say what was measured. Apart from what an artifact is and does (./artifact.nix), so that
# a moved number tries no behavior again.
#
# Baselines hold where their tools are. On a platform that none was accepted for, budgets and ratios
# measured in the same run hold, and `wasm-heft gate` says so.
{
  artifacts,
  callFile,
  documents,
  lab,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
  savings,
  savingsMin,
  sizeByFeature,
}:

let
  document = callFile ./document.nix;
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  recommended = target: artifacts."${matrix.recommended}-${target}";

  try = name: promises name {
    nativeBuildInputs = [
      pkgs.jq
      programs.wasm-heft-static
    ];
  };

  # Every variant has an entry, and every entry a variant. Budgets or baselines are null where there are
  # none.
  sizes =
    name:
    {
      baseline,
      budgets,
      files,
    }:
    try name {
      sizes = ''
        mkdir baselines
        ${lib.optionalString (budgets != null) "cp ${budgets} baselines/budgets.toml"}
        ${lib.optionalString (baseline != null) "cp ${baseline} baselines/sizes.json"}
        wasm-heft gate --report gate.json \
          ${lib.optionalString (budgets != null) "--budgets baselines/budgets.toml"} \
          ${lib.optionalString (baseline != null) "--baseline baselines/sizes.json"} ${
            lib.concatStringsSep " " (lib.mapAttrsToList (name: file: "${name}=${file}") files)
          }
      '';
    };

  files = lib.mapAttrs (_: artifact: artifact.file) artifacts;
  ours = {
    inherit files;
    budgets = ../baselines/budgets.toml;
    baseline = ../baselines/sizes.json;
  };

  padded =
    bytes: file:
    runCommand "${toString bytes}-bytes.wasm" { } ''
      cp --no-preserve=mode ${file} $out
      truncate -s ${toString bytes} $out
    '';
  hardLimit = 350 * 1024;
  # The same budgets without what holds before the limit does, and the raw guard of wasip1.
  unguarded = runCommand "budgets.toml" { } ''
    sed 's/ guard = "[^"]*",//' ${ours.budgets} >$out
  '';
  guard =
    let
      inherit ((lib.head (lib.importTOML ours.budgets).budget).raw) guard;
    in
    builtins.fromJSON (builtins.replaceStrings [ "," " B" ] [ "" "" ] guard);

  budgets =
    name: budgets: files:
    sizes name {
      inherit budgets files;
      baseline = null;
    };
  stubBudgets = budgets "stubs" ../baselines/stubs.toml;
  isRecommended = name: _: lib.hasPrefix "${matrix.recommended}-wasip" name;
  stubs = lib.filterAttrs isRecommended sizeByFeature.stubs;

  # Fuel and pages: `rows` of the lab against what was accepted, and in proportion to each other.
  bench =
    name: baseline: counts: arguments: records:
    try name {
      fuel-and-pages = ''
        mkdir baselines
        cp ${baseline} baselines/bench.json
        cp ${../baselines/budgets.toml} baselines/budgets.toml
        wasm-heft gate --bench ${counts} --bench-baseline baselines/bench.json --report gate.json ${toString arguments} ${
          lib.concatMapStringsSep " " (record: "--record ${record}") (lib.attrValues records)
        }
      '';
    };

  # Every row prints what the native program prints.
  outputs =
    name: counts:
    try name {
      outputs = ''
        for file in ${lab.expected}/*; do
          jq -r --arg case "$(basename "$file")" --rawfile expected "$file" '
            .rows[] | select(.case == $case and .output != ($expected | rtrimstr("\n")))
            | "\(.module), \(.case): \(.outcome), printed \(.output), expected \($expected)"' ${counts}
        done | tee wrong
        if [ -s wrong ]; then
          echo "rows do not print what the native program prints"
          exit 1
        fi
        jq '"\(.rows | length) rows"' ${counts}
      '';
    };

  # Counts with something done to them.
  changed =
    name: counts: change:
    runCommand "${name}.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq ${lib.escapeShellArg change} ${counts} >$out
      if cmp -s $out ${counts}; then
        echo "nothing was changed" >&2
        exit 1
      fi
    '';
  row = module: case: ".rows[] | select(.module == \"${module}\" and .case == \"${case}\")";

  # Baselines of what is measured here, so that faults are refused on any platform.
  accepted =
    runCommand "accepted" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      mkdir $out
      wasm-heft accept --baseline $out/sizes.json --bench ${lab.shipped.counts} \
        --bench-baseline $out/bench.json ${
          lib.concatStringsSep " " (
            map (record: "--record ${record}") (lib.attrValues lab.shipped.records)
            ++ lib.mapAttrsToList (name: file: "${name}=${file}") files
          )
        }
    '';
  grown =
    name: files:
    sizes name {
      inherit files;
      budgets = null;
      baseline = "${accepted}/sizes.json";
    };
  # One row alone, so that what is refused is its change.
  refused =
    name: module: change:
    bench name "${accepted}/bench.json" (changed name lab.shipped.counts (
      ".modules |= map(select(.name == \"${module}\")) | .rows |= map(select(.module == \"${module}\")) | "
      + change
    )) [ "--partial" ] { ${module} = lab.shipped.records.${module}; };

  # The variant with talc against the plain recipe, and the profile min against it.
  saved =
    {
      table,
      column,
      target,
      atLeast,
      unit,
    }:
    ''
      saved=$(awk '$1 == "${target}" { print $(${toString column}) }' ${table})
      if ! awk -v saved="$saved" 'BEGIN { exit !(saved + 0 >= ${toString atLeast}) }'; then
        echo "saved $saved ${unit} on ${target}, expected at least ${toString atLeast}"
        exit 1
      fi
      cat ${table}
    '';
  savedBytes =
    atLeast: target:
    saved {
      table = savings;
      column = 4;
      unit = "bytes";
      inherit atLeast target;
    };
  savedByMin =
    atLeast: target:
    saved {
      table = savingsMin;
      column = 5;
      unit = "%";
      inherit atLeast target;
    };
  # The recommended allocator's bytes without that profile, as a share of the plain recipe's.
  shareOfPlain =
    atMost: target:
    ''
      share=$(awk '$1 == "${target}" { printf "%.4f", $3 / $2 }' ${savingsMin})
      if ! awk -v share="$share" 'BEGIN { exit !(share != "" && share <= ${toString atMost}) }'; then
        echo "$share of the plain recipe on ${target}, expected at most ${toString atMost}"
        exit 1
      fi
      echo "$share of the plain recipe on ${target}"
    '';
  # docs/min.md says what was measured of both.
  promisedShare = {
    wasip1 = "0.82";
    wasip2 = "0.80";
  };
  # Per cent less than the plain recipe.
  promisedByMin = {
    wasip1 = 37;
    wasip2 = 34;
  };

  # Each document against its tables, where its tools are.
  documentsOf = tables: lib.mapAttrs (
    file: names:
    document (builtins.replaceStrings [ "/" ] [ "-" ] file) { file = ../. + "/${file}"; } (
      lib.concatMapStrings (name: documents.compare name tables.${name}) names
    )
  ) (builtins.groupBy (name: tables.${name}.file) (lib.attrNames tables));
  # A table with another number in it.
  otherTable =
    name: table: change:
    table
    // {
      table = runCommand name { } ''
        sed ${lib.escapeShellArg change} ${table.table} >$out
        if cmp -s ${table.table} $out; then
          echo "nothing was changed" >&2
          exit 1
        fi
      '';
    };

  decide = bench: "wasm-heft decide --criteria ${../baselines/decision.toml} --bench ${bench}";
  decisionDocument =
    bench:
    document "decision-document" { file = ../docs/adr/0001-global-allocator.md; } ''
      ${decide bench} --check ${../docs/adr/0001-global-allocator.md}
    '';
  # With any tools the winner is the variant that is recommended.
  decision =
    recommended: bench:
    try "decision" {
      winner = ''
        winner=$(${decide bench} --format json | jq -r .winner)
        if [ "$winner" != ${recommended} ]; then
          echo "the winner is $winner, but nix/variants.nix recommends ${recommended}" >&2
          exit 1
        fi
      '';
    };
in
{
  inherit sizes;

  checks = {
    numbers-sizes = sizes "numbers-sizes" ours;
    numbers-limits = try "numbers-limits" {
      at-the-limit = ''
        wasm-heft gate --budgets ${unguarded} --partial talc-wasip1=${padded hardLimit (recommended "wasip1").file}
      '';
      at-the-guard = ''
        wasm-heft gate --budgets ${ours.budgets} --partial talc-wasip1=${padded guard (recommended "wasip1").file}
      '';
      stubs = "cat ${stubBudgets stubs}/sizes.log";
    };
    numbers-fuel = bench "numbers-fuel" ../baselines/bench.json lab.shipped.counts [
      "--budgets baselines/budgets.toml"
      "--partial"
    ] lab.shipped.records;
    numbers-outputs = outputs "numbers-outputs" lab.shipped.bench;
    numbers-savings = try "numbers-savings" (
      lib.mapAttrs (target: _: savedBytes 11000 target) matrix.targets
    );

    rejects-numbers = rejects "numbers" {
      over-the-limit = {
        check = budgets "over-the-limit" unguarded (
          files // { talc-wasip1 = padded (hardLimit + 1) files.talc-wasip1; }
        );
        message = "raise the limit there";
      };
      over-the-guard = {
        check = budgets "over-the-guard" ours.budgets (
          files // { talc-wasip1 = padded (guard + 1) files.talc-wasip1; }
        );
        message = "raise the guard there";
      };
      over-the-limit-of-stubs = {
        check = stubBudgets (
          lib.mapAttrs (_: padded (300 * 1024 + 1)) stubs
        );
        message = "OVER";
      };
      # The same program with one more dependency; what it is, the refusal says.
      grown = {
        check = grown "grown" (
          files // { "${matrix.recommended}-wasip1" = (recommended "wasip1").grown.file; }
        );
        message = "miniz_oxide";
      };
      without-a-baseline = {
        check = grown "without-a-baseline" (files // { another = files.talc-wasip1; });
        message = "MISSING";
      };
      without-an-artifact = {
        check = grown "without-an-artifact" (removeAttrs files [ "talc-wasip1" ]);
        message = "EXTRA";
      };
      without-a-budget = {
        check = budgets "without-a-budget" ours.budgets (files // { another = files.talc-wasip1; });
        message = "another";
      };
      budget-without-artifacts = {
        check = budgets "budget-without-artifacts" ours.budgets (
          lib.filterAttrs (name: _: !lib.hasSuffix "wasip2" name) files
        );
        message = "wasip2";
      };
      fuel-wasip1 = {
        check = refused "fuel-wasip1" "talc-wasip1" "(${row "talc-wasip1" "serde"} | .fuel) |= (. * 1.01 | floor)";
        message = "`serde` of `talc-wasip1`: fuel";
      };
      pages-wasip2 = {
        check = refused "pages-wasip2" "talc-wasip2" "(${row "talc-wasip2" "longrun"} | .grown_pages) += 1";
        message = "`longrun` of `talc-wasip2`: grown";
      };
      rows-less-one = {
        check =
          bench "rows-less-one" "${accepted}/bench.json"
            (changed "rows-less-one" lab.shipped.counts ''.modules |= map(select(.name == "talc-wasip1")) | .rows |= map(select(.module == "talc-wasip1"))'')
            [ ]
            { inherit (lab.shipped.records) talc-wasip1; };
        message = "EXTRA";
      };
      outputs = {
        check = outputs "outputs" (changed "outputs" lab.shipped.bench ''.rows[0].output = "another"'');
        message = "rows do not print what the native program prints";
      };
      savings = {
        check = try "savings" { wasip1 = savedBytes 1000000 "wasip1"; };
        message = "expected at least 1000000";
      };
    };
  };

  deep = {
    numbers-fuel-all = bench "numbers-fuel-all" ../baselines/bench.json lab.counts [ "--budgets baselines/budgets.toml" ] lab.records;
    numbers-outputs-all = outputs "numbers-outputs-all" lab.bench;
    numbers-savings-min = try "numbers-savings-min" (
      lib.mapAttrs (target: atLeast: savedByMin atLeast target) promisedByMin
      // lib.mapAttrs' (
        target: atMost: lib.nameValuePair "recommended-${target}" (shareOfPlain atMost target)
      ) promisedShare
    );
    numbers-stubs = stubBudgets sizeByFeature.stubs;
    numbers-documents = pkgs.linkFarm "numbers-documents" (
      lib.mapAttrsToList (name: path: {
        name = builtins.replaceStrings [ "/" ] [ "-" ] name;
        inherit path;
      }) (documentsOf documents.tables)
    );
    numbers-picture = document "size-fuel" { file = ../README.md; } documents.comparePicture;
    numbers-foreign-workloads = (documentsOf documents.longTables)."docs/foreign-workloads.md";
    numbers-outputs-foreign = outputs "numbers-outputs-foreign" lab.foreign.bench;
    bench-foreign = lab.foreign.bench;
    numbers-decision = decision matrix.recommended lab.bench;
    numbers-decision-document = decisionDocument lab.bench;

    rejects-numbers-deep = rejects "numbers-deep" {
      recommendation = {
        check = decision "lol" lab.bench;
        message = "recommends lol";
      };
      document = {
        check = try "document" {
          document = documents.compare "savings-min" (
            otherTable "other-table" documents.tables.savings-min "s/wasip1/wasip3/"
          );
        };
        message = "docs/min.md, savings-min (<) and the numbers (>) part";
      };
      document-without-marks = {
        check = try "document-without-marks" {
          document = documents.compare "sizes" (documents.tables.sizes // { file = "docs/min.md"; });
        };
        message = "docs/min.md has no table sizes";
      };
      # A program that prints otherwise than natively: here another one's output is expected.
      foreign-output = {
        check = lab.foreign.benchOf (runCommand "other-output" { } ''
          mkdir $out
          cp ${lab.foreign.expected}/markdown $out/search
        '') "ripgrep";
        message = "wrong-output";
      };
      savings-recommended = {
        check = try "savings-recommended" { wasip1 = shareOfPlain "0.5" "wasip1"; };
        message = "expected at most 0.5";
      };
      savings-min = {
        check = try "savings-min" { wasip1 = savedByMin 90 "wasip1"; };
        message = "expected at least 90";
      };
    };
  };
}
