# The kinds of check that look at one artefact: `check` of the artefact, `fault` that spoils one so that
# the check fails, and `refusal`, what it says then. Another flake's artefacts go through them, too.
{ callFile }:

{
  attribution = callFile ./attribution.nix;
  baseline = callFile ./baseline.nix;
  behaviour = callFile ./behaviour.nix;
  budget = callFile ./budget.nix;
  compile = callFile ./compile.nix;
  hand = callFile ./hand.nix;
  heap = callFile ./heap.nix;
  interface = callFile ./interface.nix;
  opt = callFile ./opt.nix;
  paths = callFile ./paths.nix;
  strip = callFile ./strip.nix;
  validate = callFile ./validate.nix;
}
