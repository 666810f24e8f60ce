# The artefact does not depend on where it was built: it names no folder of the build. (Where the
# toolchain's own libc was built is the same wherever it is used.)
{ runCommand }:

{
  check =
    { name, file, ... }:
    runCommand "paths-${name}" { } ''
      if grep -a -o -E '(/nix/(store|var)/|/build/source/|/home/|/root/|/Users/|/private/(tmp|var)/)[[:print:]]*' ${file} >found; then
        sort -u found
        echo "names folders of the build"
        exit 1
      fi
      touch $out
    '';

  fault =
    artefact:
    artefact
    // {
      file = runCommand "with-a-path.wasm" { } ''
        cp --no-preserve=mode ${artefact.file} $out
        echo '/nix/store/somewhere/src/lib.rs' >>$out
      '';
    };
  refusal = "names folders of the build";
}
