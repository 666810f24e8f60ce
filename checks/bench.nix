# The lab's counts: every module does every workload and prints what the native program prints, and
# takes no more fuel and no more pages than what was last accepted (baselines/bench.json). One check a
# module, and one that baseline and lab have the same.
{
  callFile,
  lab,
  lib,
  pkgs,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;
  tools = [
    pkgs.jq
    programs.wasm-heft-static
  ];

  gate =
    name: rows: prepare: arguments:
    runCommand "bench-${name}" { nativeBuildInputs = tools; } ''
      ln -s ${../baselines} baselines
      cp ${lab.counts} bench.json
      ${prepare}
      wasm-heft gate --bench bench.json --bench-baseline baselines/bench.json --report $out \
        ${toString arguments} ${lib.concatMapStringsSep " " (row: "--record ${lab.records.${row}}") rows}
    '';

  # Leaves one row in bench.json.
  only = row: ''
    jq --arg row ${row} '
      .modules |= map(select(.name == $row)) | .rows |= map(select(.module == $row))' bench.json >row.json
    mv row.json bench.json
  '';
  gateRow = name: row: change: gate name [ row ] (only row + change) [ "--partial" ];

  # One per cent more instructions in one workload.
  slower = ''
    jq '(.rows[] | select(.case == "serde") | .fuel) |= (. * 1.01 | floor)' bench.json >slower.json
    mv slower.json bench.json
  '';
  larger = ''
    jq '(.rows[] | select(.case == "longrun") | .grown_pages) += 1' bench.json >larger.json
    mv larger.json bench.json
  '';

  outputs =
    name: change:
    runCommand "bench-outputs" { nativeBuildInputs = tools; } ''
      cp ${lab.bench} bench.json
      ${change}
      for file in ${lab.expected}/*; do
        jq -r --arg case "$(basename "$file")" --rawfile expected "$file" '
          .rows[] | select(.case == $case and .output != ($expected | rtrimstr("\n")))
          | "\(.module), \(.case): \(.outcome), printed \(.output), expected \($expected)"' bench.json
      done | tee wrong
      if [ -s wrong ]; then
        echo "rows do not print what the native program prints"
        exit 1
      fi
      jq '.rows | length' bench.json >$out
    '';
in
lib.genAttrs' (lib.attrNames lab.records) (
  row: lib.nameValuePair "bench-${row}" (gateRow row row "")
)
// {
  bench-rows = gate "rows" (lib.attrNames lab.records) "" [ ];
  bench-outputs = outputs "bench-outputs" "";

  twin-bench-rows = twin "bench-rows" (gate "rows-less-one" [ ] (only "talc-wasip1") [
    "--record ${lab.records.talc-wasip1}"
  ]) "EXTRA";
  twin-bench-outputs = twin "bench-outputs" (outputs "bench-outputs-other" ''
    jq '.rows[0].output = "another"' bench.json >other.json
    mv other.json bench.json
  '') "rows do not print what the native program prints";
}
// lib.mergeAttrsList (
  map
    (row: {
      "twin-bench-fuel-${row}" = twin "bench-fuel-${row}" (gateRow "slower-${row}" row slower)
        "`serde` of `${row}`: fuel";
      "twin-bench-pages-${row}" = twin "bench-pages-${row}" (gateRow "larger-${row}" row larger)
        "`longrun` of `${row}`: grown";
    })
    [
      "talc-wasip1"
      "talc-wasip2"
    ]
)
