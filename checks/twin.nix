# Proves that a check can fail: `twin name check words` succeeds when `check` fails and says `words`.
{ lib, runCommand, testers }:

name: check: words:
runCommand "twin-${name}" { failed = testers.testBuildFailure check; } ''
  if ! grep -F -e ${lib.escapeShellArg words} "$failed/testBuildFailure.log" >$out; then
    echo "the check failed, as it should, but expected it to say:" ${lib.escapeShellArg words} >&2
    echo "found:" >&2
    cat "$failed/testBuildFailure.log" >&2
    exit 1
  fi
''
