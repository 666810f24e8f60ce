# `build { name, settings, flags }`: the native program with levers of ./levers.nix; not stripped.
# `steps` in it says how many crates were compiled. How long that took, in seconds of CPU, is an output of
# its own, since it is another one each time.
{
  callFile,
  cargo,
  lib,
  pkgs,
  workspace,
}:

let
  levers = callFile ./levers.nix;
  lld = callFile ./lld.nix;
  inherit (workspace.programs.clawft) members package;

  # NB: with a target, flags are for what runs there, and not for the macros that run while compiling.
  # `linked` are flags for the program alone: the library is linked as well, and cannot have all of them.
  compile = linked: ''
    host=$(rustc -vV | sed -n 's/^host: //p')
    compile() {
      cargoWithProfile ${
        if linked == [ ] then "build" else "rustc"
      } --locked --target "$host" --package ${package} --bin clawft "$@"${
        lib.optionalString (linked != [ ]) " -- ${toString linked}"
      }
    }
  '';
in
{
  name,
  settings ? { },
  flags ? [ ],
  linked ? [ ],
  ...
}:
cargo.build (
  lib.mapAttrs' (setting: lib.nameValuePair "CARGO_PROFILE_RELEASE_${setting}") settings
  // {
    pname = "clawft-native-${name}";
    src = workspace.members members;
    # Everything anew, so that what compiling takes can be compared.
    cargoArtifacts = null;
    nativeBuildInputs = [
      lld
      pkgs.jq
    ];
    # NB: for these programs alone: the linker takes what it finds first, and others are to find libc.so.
    buildInputs = lib.optional (lib.elem levers.static flags) pkgs.glibc.static;
    outputs = [
      "out"
      "time"
    ];
    RUSTFLAGS = toString flags;
    buildPhaseCargoCommand = compile linked + ''
      TIMEFORMAT='%U %S'
      { time compile --message-format json-render-diagnostics >built.json 2>&3; } 3>&2 2>seconds
    '';
    installPhaseCommand = ''
      install -D -t $out/bin "target/$host/release/clawft"
      jq --slurp '[.[] | select(.reason == "compiler-artifact" and (.fresh | not))] | length' built.json >$out/steps
      awk '{ print $1 + $2 }' seconds >$time
    '';
    # The names of functions stay: what is counted is found by them.
    dontFixup = true;
    meta.mainProgram = "clawft";
  }
)
