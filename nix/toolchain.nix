# Rust from fenix' stable channel, with the standard library of both WASI targets, and its sources.
{
  fenix,
  lib,
  matrix,
}:

fenix.combine (
  [
    fenix.stable.cargo
    fenix.stable.clippy
    fenix.stable.rust-src
    fenix.stable.rust-std
    fenix.stable.rustc
    fenix.stable.rustfmt
  ]
  ++ map (target: fenix.targets.${target.triple}.stable.rust-std) (lib.attrValues matrix.targets)
)
