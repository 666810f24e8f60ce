# The linker of rustc's own LLVM as `ld.lld`, the name by which the C compiler asks for it.
{ runCommand, toolchain }:

runCommand "rust-lld" { nativeBuildInputs = [ toolchain ]; } ''
  mkdir -p $out/bin
  for linker in "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld $(type -P rust-lld); do
    if [ -x "$linker" ]; then
      ln -sf "$linker" $out/bin/ld.lld
    fi
  done
  $out/bin/ld.lld --version
''
