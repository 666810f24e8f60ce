# The variant with talc is at least 11,000 bytes smaller than the plain recipe, on each target.
{
  callFile,
  lib,
  matrix,
  runCommand,
  savings,
}:

let
  twin = callFile ./twin.nix;
  atLeast =
    bytes: target:
    runCommand "savings-${target}" { } ''
      saved=$(awk '$1 == "${target}" { print $4 }' ${savings})
      if [ "$saved" -lt ${toString bytes} ]; then
        echo "saved $saved bytes on ${target}, expected at least ${toString bytes}"
        exit 1
      fi
      cp ${savings} $out
    '';
in
lib.mapAttrs' (target: _: lib.nameValuePair "savings-${target}" (atLeast 11000 target)) matrix.targets
// {
  twin-savings = twin "savings" (atLeast 1000000 "wasip1") "expected at least 1000000";
}
