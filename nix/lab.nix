# The lab: the workloads' module of every row of `matrix.lab`, and what `wasm-heft bench` counts when
# each of them does each workload. Counts only: they are the same on every run, times are not.
{
  lib,
  matrix,
  modules,
  optimise,
  programs,
  runCommand,
}:

let
  packages = lib.genAttrs' matrix.lab (
    row:
    lib.nameValuePair row.name (optimise {
      name = "workloads-${row.name}";
      bin = "workloads";
      module = modules.workloads row;
      arguments = matrix.profiles.${row.profile}.optimise;
      fingerprint.cargo-profile = row.profile;
    })
  );
in
rec {
  inherit packages;

  # What was done to a row's module.
  record = row: "${packages.${row}}/workloads.json";

  # `NAME=FILE` of every row, as `wasm-heft bench` takes them.
  arguments = lib.mapAttrsToList (name: package: "${name}=${package}/workloads.wasm") packages;

  # The workloads as cases of `wasm-heft bench`, by the native program's own list.
  cases = runCommand "workload-cases" { nativeBuildInputs = [ programs.workloads ]; } ''
    workloads list | while read -r name _; do
      printf -- '--case\n%s=%s\n' "$name" "$name"
    done >$out
  '';

  # What the native program prints, by workload.
  expected = runCommand "workloads-expected" { nativeBuildInputs = [ programs.workloads ]; } ''
    mkdir $out
    workloads list | while read -r name _; do
      workloads "$name" >$out/"$name"
    done
  '';

  # A row that does not end well is in the result, and no reason to fail here.
  bench = runCommand "bench.json" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
    mapfile -t cases <${cases}
    wasm-heft bench ${lib.escapeShellArgs arguments} "''${cases[@]}" --startup startup \
      --no-time --curve --format json --report $out >/dev/null || [ $? -eq 1 ]
  '';
}
