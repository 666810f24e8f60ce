# What each step of the profile min brings: the recommended variant's bytes, step by step, as a Markdown table.
{
  artifacts,
  lib,
  matrix,
  modules,
  optimize,
  runCommand,
}:

let
  steps = [
    {
      profile = "std-for-size";
      label = "std compiled for size: `-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size`";
    }
    {
      profile = "immediate-abort";
      label = "immediate abort: `-Cpanic=immediate-abort`";
    }
    {
      profile = "min";
      label = "no locations of panics: `-Zlocation-detail=none`";
    }
  ];
  targets = lib.attrNames matrix.targets;
  shipped = target: artifacts."${matrix.recommended}-${target}";
  of =
    profile: target:
    let
      name = "${matrix.recommended}-${target}-${profile}";
    in
    "${
      optimize {
        name = "clawft-${name}";
        bin = "clawft";
        module = modules.clawft {
          inherit name profile target;
          inherit (shipped target) features;
        };
        inherit (matrix) exports;
        arguments = matrix.passes profile;
      }
    }/clawft.wasm";
  row = label: files: "row ${lib.escapeShellArg label} ${toString files}\n";
in
runCommand "min-steps.md" { } ''
  row() {
    local file label=$1
    shift
    printf '| %s |' "$label"
    for file in "$@"; do
      printf " %d |" "$(stat -c %s "$file")"
    done
    echo
  }
  grouped() { sed -E ':next; s/([0-9])([0-9]{3})( |,)/\1,\2\3/; t next'; }
  {
    echo '| step | ${lib.concatStringsSep " | " targets} |'
    echo '| --- |${lib.concatMapStrings (_: " ---: |") targets}'
    ${row "as it ships (`release-wasm`)" (map (target: (shipped target).file) targets)}
    ${lib.concatMapStrings ({ label, profile }: row label (map (of profile) targets)) steps}
  } | grouped >$out
''
