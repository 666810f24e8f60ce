# `wasm-heft profile` tells an allocator that leaks from one that does not: in a long conversation the
# memory of the one that never frees grows to the end, and that of the recommended one stays as it is
# from the middle on. Both are drawn in one picture, which is kept.
{
  callFile,
  lib,
  matrix,
  modules,
  optimise,
  pkgs,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;

  allocators = [
    matrix.recommended
    "lol-leaking"
  ];

  traced =
    target: allocator:
    optimise {
      name = "workloads-${allocator}-${target}-traced";
      bin = "workloads";
      module = modules.workloads {
        inherit target;
        name = "${allocator}-${target}-traced";
        features = [
          "alloc-${allocator}"
          "one-heap"
          "alloc-tracing"
        ];
      };
    };

  profiles =
    target:
    runCommand "profiles-${target}" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
      mkdir $out
      wasm-heft profile ${
        lib.concatMapStringsSep " " (
          allocator: "${allocator}=${traced target allocator}/workloads.wasm"
        ) allocators
      } --svg $out/memory.svg --format json --report $out/profile.json -- longrun
    '';

  # `judge` is jq's, over the pages at each quarter of the operations, and over the profile.
  check =
    judge: words: allocator: target:
    runCommand "profile-${allocator}-${target}" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq '.modules[] | select(.name == "${allocator}") | .profile
        | (.samples | length) as $n
        | [($n / 4, $n / 2, $n * 3 / 4 | floor), $n - 1] as $ends
        | { pages: [.samples[$ends[]].pages],
            samples: $n, first_pages, live_bytes, peak_live_bytes }' \
        ${profiles target}/profile.json | tee $out
      if ! jq --exit-status '.samples > 100 and (.pages | ${judge})' $out >/dev/null; then
        echo ${lib.escapeShellArg words}
        exit 1
      fi
    '';

  growing = ".[0] < .[1] and .[1] < .[2] and .[2] < .[3]";
  grows = check growing "expected memory that grows in each quarter of the run";
  stays = check ".[1] == .[3]" "expected memory that does not grow in the second half of the run";
in
lib.concatMapAttrs (target: _: {
  "profile-${matrix.recommended}-${target}" = stays matrix.recommended target;
  "profile-lol-leaking-${target}" = grows "lol-leaking" target;
  "twin-profile-stays-${target}" =
    twin "profile-stays-${target}" (stays "lol-leaking" target)
      "expected memory that does not grow in the second half of the run";
  "twin-profile-grows-${target}" =
    twin "profile-grows-${target}" (grows matrix.recommended target)
      "expected memory that grows in each quarter of the run";
}) matrix.targets
