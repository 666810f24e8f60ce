# The matrix: every target with every allocator. Packages, checks and the README's table are mapped
# from here; a new allocator is one row, and one feature of `wasi-alloc` and `clawft-wasm`.
{ lib }:

rec {
  targets = {
    wasip1.triple = "wasm32-wasip1";
    wasip2.triple = "wasm32-wasip2";
  };

  # features: of clawft-wasm. heap: the allocators that `wasm-heft size` must find in the artefact,
  # all of them and no other.
  allocators = {
    dlmalloc = {
      features = [
        "alloc-dlmalloc"
        "one-heap"
      ];
      heap = [ "dlmalloc crate" ];
    };
    lol = {
      features = [
        "alloc-lol"
        "one-heap"
      ];
      heap = [ "lol_alloc" ];
    };
    system = {
      features = [ "alloc-system" ];
      heap = [ "wasi-libc dlmalloc" ];
    };
    talc = {
      features = [
        "alloc-talc"
        "one-heap"
      ];
      heap = [ "talc" ];
    };
  };

  # The allocator of `packages.default`.
  recommended = "talc";

  # What people do without this project: the dlmalloc crate as global allocator and nothing else.
  # Only to measure against: on wasip2 such a module corrupts its memory.
  plain = {
    features = [
      "alloc-dlmalloc"
      "alloc-plain"
    ];
  };

  variants = map (
    { allocator, target }:
    {
      name = "${allocator}-${target}";
      inherit allocator target;
      inherit (targets.${target}) triple;
      inherit (allocators.${allocator}) features heap;
    }
  ) (
    lib.cartesianProduct {
      allocator = lib.attrNames allocators;
      target = lib.attrNames targets;
    }
  );
  names = map (variant: variant.name) variants;
}
