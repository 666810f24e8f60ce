# `rejects kind { fault = { check; message; }; ... }`: proves that a kind of check can fail. Each `check`
# looks at something with that fault; it has to fail and to print `message`. All that did not are
# named at the end.
{
  lib,
  runCommand,
  testers,
}:

kind: faults:

runCommand "rejects-${kind}" { } ''
  mkdir -p $out
  missed=()
  ${lib.concatStrings (
    lib.mapAttrsToList (
      fault:
      { check, message }:
      let
        log = "${testers.testBuildFailure check}/testBuildFailure.log";
      in
      ''
        if grep -F -e ${lib.escapeShellArg message} ${log} >"$out/${fault}.log"; then
          echo "refused  ${fault}"
        else
          echo "MISSED   ${fault}: it was refused, but expected it to say:" ${lib.escapeShellArg message}
          cat ${log}
          missed+=("${fault}")
        fi
      ''
    ) faults
  )}
  if [ "''${#missed[@]}" != 0 ]; then
    echo "rejects-${kind}: ''${#missed[@]} of ${toString (lib.length (lib.attrNames faults))} faults were refused in other words:" "''${missed[@]}"
    exit 1
  fi
''
