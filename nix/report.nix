# `reportOf { bench, arguments }`: the page with the numbers: sizes, budgets, what the files are made of, the
# lab's bench, but for forms of allocators that do not ship; with criteria among the arguments, the decision.
{
  artifacts,
  gather,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
}:

{
  bench,
  arguments ? "",
}:

runCommand "report"
  {
    nativeBuildInputs = [
      pkgs.jq
      programs.wasm-heft-static
    ];
  }
  ''
  mkdir artifacts $out
  ln -s ${../baselines} baselines
  ${gather.links artifacts}
  if [ -e baselines/sizes.json ]; then
    baseline="--baseline baselines/sizes.json"
  fi
  # Plain and for speed at once is what nobody ships, and of an allocator that does not ship one form tells enough:
  # without them the page stays below its megabyte.
  jq --arg ships ${lib.escapeShellArg (lib.concatStringsSep "|" (lib.attrNames matrix.allocators))} '
    def shown: endswith("-plain-speed") | not;
    def ships: test("^(\($ships))-wasip[12]");
    def form: test("-(plain|speed)$");
    def told: shown and (ships or (form | not));
    .modules |= map(select(.name | told)) | .rows |= map(select(.module | told))' \
    ${bench} >bench.json
  wasm-heft report --title "clawft: sizes, fuel and memory" \
    -o $out/report.html --markdown $out/summary.md \
    --budgets baselines/budgets.toml ''${baseline:-} \
    --bench bench.json --memory-case longrun ${arguments} \
    ${gather.arguments artifacts}
  if [ "$(stat -c %s $out/report.html)" -ge 1000000 ]; then
    echo "the report is $(stat -c %s $out/report.html) B; a page that people mail has to be below 1 MB"
    exit 1
  fi
''
