# `apps`: what a maintainer runs, `nix run .#accept -- --reason TEXT` for one.
{
  artifacts,
  callFile,
  documents,
  lab,
  lib,
  packages,
  pkgs,
  programs,
  report,
  writeShellApplication,
}:

let
  files = lib.mapAttrsToList (name: artifact: "${name}=${artifact.file}") artifacts;
  records = map (record: "--record=${record}") (lib.attrValues lab.records);

  app =
    name: description: text:
    let
      program = writeShellApplication {
        inherit name text;
        runtimeInputs = [ programs.wasm-heft ];
      };
    in
    {
      type = "app";
      program = lib.getExe program;
      meta = { inherit description; };
    };
in
{
  accept = app "accept" "Move the baselines to what is measured now" ''
    if [ ! -f baselines/budgets.toml ]; then
      echo "accept: found no baselines/budgets.toml; run it in the project's own folder" >&2
      exit 2
    fi
    exec wasm-heft accept --baseline baselines/sizes.json --bench ${lab.counts} \
      --bench-baseline baselines/bench.json ${lib.escapeShellArgs (records ++ files)} "$@"
  '';

  bench = app "bench" "Run the lab: every row with every workload, side by side" ''
    mapfile -t cases <${lab.cases}
    exec wasm-heft bench ${lib.escapeShellArgs lab.arguments} "''${cases[@]}" --startup startup "$@"
  '';

  decide = app "decide" "Weigh the allocators by the lab's counts; --write docs/adr/0001-global-allocator.md" ''
    exec wasm-heft decide --bench ${lab.bench} "$@"
  '';

  docs = app "docs" "Write what is measured into README.md and docs/, but for what the lab takes long to count" ''
    exec ${lib.getExe (documents.writer "docs" documents.written.docs "")} "$@"
  '';

  docs-lab = app "docs-lab" "Write what takes long to count: docs/foreign-workloads.md, its means and the picture in README.md" ''
    exec ${
      lib.getExe (
        documents.writer "docs-lab" documents.written.docs-lab ''
          cp --no-preserve=mode ${documents.picture.drawn} ${documents.picture.file}.new
          mv ${documents.picture.file}.new ${documents.picture.file}
          echo ${documents.picture.file}
        ''
      )
    } "$@"
  '';

  report = app "report" "Copy the page with the numbers, as report.html or what is named" ''
    page=''${1:-report.html}
    cp --no-preserve=mode ${report}/report.html "$page.new"
    mv "$page.new" "$page"
    echo "$page"
  '';

  update = app "update" "Refresh flake.lock, and show what the new tools do to every artifact" ''
    exec bash ${./update.sh} ${packages.matrix} "$@"
  '';
}
# NB: valgrind, which counts, is Linux'.
// lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
  native-tables = app "native-tables" "Write what is measured of the native program into its ADR" ''
    exec ${lib.getExe (callFile ./native/write.nix)} "$@"
  '';
}
