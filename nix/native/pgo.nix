# The native program, optimized with a profile of its own runs: instrument, profile, merge, rebuild. The
# program runs on one thread and no branch of it depends on the time, so that a profile is the same each time; what
# would not be is the name of the raw file (the process's number), which is given, and the order of merging,
# which is that of the names.
{
  callFile,
  fenix,
  lib,
  runCommand,
  toolchain,
}:

let
  build = callFile ./build.nix;
  workloads = callFile ./workloads.nix;
  levers = callFile ./levers.nix;

  # LLVM's tools of rustc's own version: a part of the toolchain, or where rustc looks for them.
  findTools = ''
    for folder in ${fenix.stable.llvm-tools} "$(rustc --print sysroot)"; do
      for tool in "$folder"/lib/rustlib/*/bin/llvm-profdata; do
        if [ -x "$tool" ]; then
          profdata=$tool
        fi
      done
    done
  '';
in
rec {
  folder = workloads.folder "profiled" ./inputs/profiled.txt;
  otherFolder = workloads.folder "measured" ./inputs/measured.txt;

  of =
    { name, ... }@lever:
    rec {
      instrumented = build (
        lever
        // {
          name = "${name}-instrumented";
          flags = lever.flags or [ ] ++ [ "-Cprofile-generate" ];
        }
      );

      # One raw file for each run.
      profileOf =
        name': folder:
        runCommand "clawft-${name}-profile${name'}" { } ''
          mkdir -p $out
          ${workloads.forEach folder ''
            LLVM_PROFILE_FILE="$out/$run.profraw" \
              ${instrumented}/bin/clawft "''${arguments[@]}" </dev/null >"$NIX_BUILD_TOP/printed"
            test -s "$out/$run.profraw"
          ''}
        '';
      profile = profileOf "" folder;

      merge =
        raw:
        runCommand "clawft-${name}.profdata" { nativeBuildInputs = [ toolchain ]; } ''
          ${findTools}
          "''${profdata:?found no llvm-profdata in the toolchain}" merge --num-threads=1 --output $out ${raw}/*.profraw
        '';
      merged = merge profile;

      rebuild =
        name': merged:
        build (
          lever
          // {
            name = "${name}-pgo${name'}";
            flags = lever.flags or [ ] ++ [ "-Cprofile-use=${merged}" ];
          }
        );
      optimized = rebuild "" merged;
    };

  plain = of (levers.plain // { name = "release"; });
  shipped = of (levers.shipped // { name = "shipped"; });
}
