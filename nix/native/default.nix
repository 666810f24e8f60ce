# The native program: how it is compiled best, by measure. See ../../docs/adr/0003-native-build.md.
{
  callFile,
  lib,
  pkgs,
}:

let
  build = callFile ./build.nix;
  count = callFile ./count.nix;
  levers = callFile ./levers.nix;
  package = callFile ./package.nix;
  pgo = callFile ./pgo.nix;
  sectionsOf = callFile ./sections.nix;

  measured = name: program: {
    inherit name program;
    instructions = count name program;
    sections = sectionsOf name program;
  };

  plain = build (levers.plain // { name = "release"; });
  shipped = build (levers.shipped // { name = "shipped"; });
in
rec {
  inherit pgo plain shipped;
  wasm = callFile ./lto-wasm.nix;

  builds = [
    (measured "release" plain // { label = "release"; })
    (measured "release-pgo" pgo.plain.optimized // { label = "release, with a profile"; })
    (measured "shipped" shipped // { label = "as it ships"; })
    (measured "shipped-pgo" pgo.shipped.optimized // { label = "as it ships, with a profile"; })
  ];
  # What the profiles come from.
  instrumented = [
    (measured "release-instrumented" pgo.plain.instrumented // { label = "release, instrumented"; })
    (measured "shipped-instrumented" pgo.shipped.instrumented // { label = "as it ships, instrumented"; })
  ];
  lto = lib.mapAttrsToList (
    key: lever: lever // measured "lto-${key}" (build (lever // { name = "lto-${key}"; })) // { inherit key; }
  ) levers.lto;
  sections = map (lever: lever // measured lever.name (build lever)) levers.sections;

  tables = callFile ./tables.nix {
    inherit
      builds
      instrumented
      lto
      sections
      wasm
      ;
  };

  packages = {
    clawft = package "clawft" shipped;
    clawft-pgo = package "clawft-pgo" pgo.shipped.optimized;
  }
  # NB: valgrind counts, and the sections are those of ELF files.
  // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux { native-tables = tables; };
}
