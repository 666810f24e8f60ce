# One heap is sound: a program that is handed all that a WASI host hands out (10 MB of standard
# input, 5,000 arguments and environment variables, a folder of 2,000 files, random bytes) prints
# what the native program prints; so it does under the checking allocator, which looks up every
# free, every resize and every layout. The plain recipe is caught by both.
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
  custom = lib.filter (allocator: allocator != "system") (lib.attrNames matrix.allocators);

  run =
    name: module:
    runCommand name { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
      export HOME=$PWD
      seq 1 1500000 >input
      mkdir folder
      for i in $(seq 2000); do
        echo "content of file $i" >folder/file-$i
      done
      for i in $(seq 2500); do
        export SOUND_$i="value of variable $i"
      done
      arguments=(--dir folder $(seq -f 'argument-%g' 2498))

      ${programs.soundness}/bin/soundness "''${arguments[@]}" <input >native
      if ! wasmtime run -S inherit-env=y --dir folder::folder ${module}/soundness.wasm \
        "''${arguments[@]}" <input >$out; then
        echo "trapped: $(wc -c <input) bytes of standard input, ''${#arguments[@]} arguments, 2500 variables"
        exit 1
      fi
      if ! diff native $out; then
        echo "wrong output: native on the left"
        exit 1
      fi
    '';

  module = moduleOf "release-wasm";
  moduleOf =
    profile: name: target: allocator: features:
    modules.soundness {
      inherit profile target;
      name = "${name}-${allocator}-${target}${matrix.shipped.${profile}}";
      features = [ "alloc-${allocator}" ] ++ features;
    };

  # On wasip2 one heap is the only form; on wasip1 it is asked for.
  oneHeap = target: lib.optional (target == "wasip1") "one-heap";

  sound = lib.mergeAttrsList (
    map
      (
        { allocator, target }:
        {
          "sound-${allocator}-${target}" = run "sound-${allocator}-${target}" (
            module "sound" target allocator (oneHeap target)
          );
          "sound-checked-${allocator}-${target}" = run "sound-checked-${allocator}-${target}" (
            module "checked" target allocator (oneHeap target ++ [ "checked" ])
          );
        }
      )
      (
        lib.cartesianProduct {
          allocator = custom;
          target = lib.attrNames matrix.targets;
        }
      )
  );

  # With std compiled anew: it brings a `cabi_realloc` of its own, too.
  soundMin = lib.mapAttrs' (
    target: _:
    let
      name = "sound-${matrix.recommended}-${target}-min";
    in
    lib.nameValuePair name (
      run name (moduleOf "min" "sound" target matrix.recommended (oneHeap target))
    )
  ) matrix.targets;

  caught = lib.genAttrs' custom (
    allocator:
    lib.nameValuePair "twin-sound-checked-${allocator}-wasip2" (
      twin "sound-checked-${allocator}-wasip2" (run "unsound-${allocator}-wasip2" (
        module "plain-checked" "wasip2" allocator [
          "plain"
          "checked"
        ]
      )) "wasi_alloc_checked_wrong_heap"
    )
  );
in
sound
// soundMin
// caught
// {
  # Without any checker: the heap is damaged until the program traps.
  twin-sound-dlmalloc-wasip2 = twin "sound-dlmalloc-wasip2" (run "unsound-plain-dlmalloc-wasip2" (
    module "plain" "wasip2" "dlmalloc" [ "plain" ]
  )) "trapped";
}
