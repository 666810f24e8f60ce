# The builder of `testers.testBuildFailure`: runs the ordinary builder and succeeds when it fails.
# shellcheck shell=bash disable=SC2154 # attributes of the derivation
export PATH="$initialPath/bin"
realOut=$out
log=$NIX_BUILD_TOP/testBuildFailure.log
status=0
(
  export out="$NIX_BUILD_TOP/result-of-failure"
  exec /bin/bash -e "$setup"
) >"$log" 2>&1 || status=$?
# NB: after the end, and not through a pipe to `tee`, which may still have lines to write by then.
cat "$log"
if [ "$status" = 0 ]; then
  echo "testBuildFailure: the build was expected to fail and it succeeded" >&2
  exit 1
fi
mkdir -p "$realOut"
cp "$log" "$realOut/testBuildFailure.log"
echo "$status" >"$realOut/testBuildFailure.exit"
if [ -e "$NIX_BUILD_TOP/result-of-failure" ]; then
  cp -r "$NIX_BUILD_TOP/result-of-failure" "$realOut/result"
fi
