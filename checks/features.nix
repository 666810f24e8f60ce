# `wasi-alloc` refuses what makes no sense, and says which features it saw.
{
  cargo,
  lib,
  workspace,
}:

let
  cases = {
    "" = "no allocator feature is on; switch on exactly one of: `dlmalloc` `talc` ";
    "dlmalloc,talc" = "more than one allocator feature is on: `dlmalloc` `talc`;";
    "talc,talc-claim" = "more than one allocator feature is on: `talc` `talc-claim`;";
    "lol,lol-leaking,rlsf" = "more than one allocator feature is on: `lol` `lol-leaking` `rlsf`;";
    "lol,system" = "more than one allocator feature is on: `lol` `system`;";
    "system,one-heap" = "`one-heap` cannot be combined with `system`";
    "talc,plain,one-heap" = "`plain` means a global allocator and nothing else";
  };

  refuses = features: words: ''
    if cargo check --locked --package wasi-alloc --no-default-features --features "${features}" 2>log; then
      echo "features \"${features}\" were accepted; expected:" ${lib.escapeShellArg words}
      exit 1
    fi
    # NB: rustc breaks no lines in the text of a compile_error.
    if ! grep -F -e ${lib.escapeShellArg words} log; then
      cat log
      echo "features \"${features}\" were refused in other words; expected:" ${lib.escapeShellArg words}
      exit 1
    fi
  '';
in
{
  features = cargo.build {
    pname = "features";
    src = workspace.members [ "wasi-alloc" ];
    cargoArtifacts = null;
    buildPhaseCargoCommand = lib.concatStrings (
      lib.mapAttrsToList refuses cases
    );
  };
}
