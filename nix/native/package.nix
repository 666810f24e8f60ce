# `package name program`: a native build as people get it, without names of functions.
{ runCommand }:

name: program:
runCommand name
  {
    meta.mainProgram = "clawft";
    passthru = { inherit program; };
  }
  ''
    install -D -t $out/bin ${program}/bin/clawft
    strip $out/bin/clawft
  ''
