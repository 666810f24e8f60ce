# A full memory does no harm: in a memory with a maximum, requests by Rust's functions and by C's are
# refused with null, the program lives on, what it had is kept, and what it gives back is found
# again; so are the edges of sizes and alignments. Natively and for every allocator but the one that
# never frees, which is caught.
{
  callFile,
  lib,
  matrix,
  modules,
  pkgs,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;

  # Every part of the program says that it went well.
  run =
    name: command:
    runCommand name { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
      export HOME=$PWD
      if ! ${command} >$out; then
        cat $out
        exit 1
      fi
      if [ "$(grep -c ': ok$' $out)" -ne 8 ]; then
        cat $out
        echo "expected 8 lines that end in \`: ok\`"
        exit 1
      fi
    '';

  wasm =
    limit: allocator: target:
    let
      name = "${allocator}-${target}";
      module = modules.limits {
        inherit name target;
        features = [ "alloc-${allocator}" ] ++ lib.optional (allocator != "system") "one-heap";
      };
    in
    run "memory-limit-${name}" "wasmtime run -W max-memory-size=${toString limit} ${module}/limits.wasm";

  mebibytes = count: count * 1024 * 1024;

  checks = lib.mergeAttrsList (
    map
      (
        { allocator, target }:
        {
          "memory-limit-${allocator}-${target}" = wasm (mebibytes 8) allocator target;
        }
      )
      (
        lib.cartesianProduct {
          allocator = lib.filter (allocator: allocator != "lol-leaking") matrix.labAllocators;
          target = lib.attrNames matrix.targets;
        }
      )
  );
in
checks
// {
  # The system's allocator, with 64 MiB of addresses. What the program expects is what that does.
  memory-limit-native = run "memory-limit-native" "(ulimit -v 65536; ${programs.limits}/bin/limits)";

  twin-memory-limit-lol-leaking-wasip1 =
    twin "memory-limit-lol-leaking-wasip1" (wasm (mebibytes 8) "lol-leaking" "wasip1")
      "exhaustion by alloc: not ok: a tenth of what was given back is not found again";

  # Memory enough for all that the program takes.
  twin-memory-limit-talc-wasip2 =
    twin "memory-limit-talc-wasip2" (wasm (mebibytes 1024) "talc" "wasip2")
      "exhaustion by alloc: not ok: 256 MiB of blocks and none was refused";
}
