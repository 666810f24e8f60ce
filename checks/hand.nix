# The artefact is not larger than what a loop by hand over its core modules makes of the same input
# with the same passes. A component comes out smaller than by hand, since no command by hand drops the
# exports that nothing in it uses; that its core modules alone are no larger either is a test of
# `wasm-heft optimize --no-across`.
{ callFile, runCommand }:

{
  check =
    {
      name,
      file,
      unoptimised,
      ...
    }:
    runCommand "hand-${name}" { nativeBuildInputs = [ (callFile ../nix/by-hand.nix) ]; } ''
      by_hand=$(by-hand ${unoptimised} -Oz --converge --zero-filled-memory)
      ours=$(stat -c %s ${file})
      echo "$ours bytes, by hand $by_hand" | tee $out
      if [ "$ours" -gt "$by_hand" ]; then
        echo "larger than by hand"
        exit 1
      fi
    '';

  # With its names: what is left when the last step is forgotten.
  fault = artefact: artefact // { file = artefact.names; };
  refusal = "larger than by hand";
}
