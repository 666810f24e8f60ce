# The decision's document, the numbers and the recommended variant agree.
{
  callFile,
  isDebian,
  lab,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;

  # With other tools than the document's the numbers are others; the winner has to be the same.
  decision =
    recommended: bench:
    runCommand "decision"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      ''
        decide="wasm-heft decide --criteria ${../baselines/decision.toml} --bench ${bench}"
        ${
          if isDebian then
            "$decide --check ${../docs/adr/0001-global-allocator.md} | tee $out"
          else
            ''echo "the document's numbers are of other tools; only the winner is compared" | tee $out''
        }
        winner=$($decide --format json | jq -r .winner)
        if [ "$winner" != ${recommended} ]; then
          echo "the winner is $winner, but nix/variants.nix recommends ${recommended}" >&2
          exit 1
        fi
      '';
in
{
  decision = decision matrix.recommended lab.bench;
  twin-decision-recommended = twin "decision-recommended" (decision "lol" lab.bench) "recommends lol";
}
// lib.optionalAttrs isDebian {
  # One instruction more in one row.
  twin-decision = twin "decision" (decision matrix.recommended (
    runCommand "bench.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq '(.rows[] | select(.module == "talc-wasip1" and .case == "longrun") | .fuel_bulk_once) += 1' \
        ${lab.bench} >$out
    ''
  )) "the document and the numbers part";
}
