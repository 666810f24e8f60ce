# The native program: with a profile it does what it does without, the profile and its bytes are the same each
# time, and docs/adr/0003-native-build.md says what is measured. All of it takes long: nothing here for a first run.
{
  artifacts,
  callFile,
  lib,
  matrix,
  native,
  pkgs,
  runCommand,
}:

let
  document = callFile ./document.nix;
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  inherit (artifacts."${matrix.recommended}-wasip1") behavior;
  inherit (native) packages pgo tables;
  clawft = program: "${program}/bin/clawft";

  behaves = program: ''
    bash ${behavior.script} ${clawft native.plain} >plain
    bash ${behavior.script} ${program} >found
    if ! diff plain found; then
      echo "behaves otherwise: cargo's release build on the left"
      exit 1
    fi
  '';

  same = what: a: b: ''
    if ! cmp ${a} ${b}; then
      echo "${what} of a second run has other bytes"
      exit 1
    fi
    sha256sum <${a}
  '';

  # A program that is compiled as if there were no profile is the same program.
  used = program: ''
    if cmp -s ${clawft program} ${clawft native.shipped}; then
      echo "the profile changes nothing"
      exit 1
    fi
  '';

  # Seconds are another number each time. What a rebuild compiles is not: no more than without a profile.
  steps = program: ''
    plain=$(<${native.shipped}/steps)
    found=$(<${program}/steps)
    echo "$found crates, without a profile $plain"
    if [ "$found" -gt "$plain" ]; then
      echo "compiles more than without a profile"
      exit 1
    fi
  '';

  # Everything of the pipeline once more.
  profileAgain = pgo.shipped.profileOf "-again" pgo.folder;
  mergedAgain = pgo.shipped.merge profileAgain;
  optimizedAgain = pgo.shipped.rebuild "-again" (
    runCommand "another-name.profdata" { } "cp ${mergedAgain} $out"
  );

  # What stands between the comments of a document.
  compare = file: tables: ''
    sed -n '/^<!-- native-tables: written/,/^<!-- native-tables: end/p' ${file} | sed '1,2d; $d' | sed '$d' >found
    if ! awk -f ${../nix/native/same-tables.awk} found ${tables}/tables.md; then
      echo "docs/adr/0003-native-build.md (<) and the numbers (>) part; \`nix/run run .#native-tables\` writes them there"
      exit 1
    fi
  '';
  # A document that says what is measured here, so that faults are refused on any platform.
  written = runCommand "written.md" { } ''
    {
      echo "<!-- native-tables: written by the command, do not edit -->"
      echo
      cat ${tables}/tables.md
      echo
      echo "<!-- native-tables: end -->"
    } >$out
  '';
  changed =
    name: change:
    runCommand name { } ''
      cp -r --no-preserve=mode ${tables} $out
      sed -i ${lib.escapeShellArg change} $out/tables.md
      if cmp -s $out/tables.md ${tables}/tables.md; then
        echo "nothing was changed" >&2
        exit 1
      fi
    '';

  try = name: promises name { };
in
{
  checks = { };

  # NB: callgrind, and the sections of ELF files: these numbers are Linux programs'.
  deep = lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    native-document = document "native-document" {
      file = ../docs/adr/0003-native-build.md;
      more = "cat ${tables}/tools";
    } (compare ../docs/adr/0003-native-build.md tables);
    native-pgo = try "native-pgo" {
      behaves = behaves (clawft packages.clawft-pgo);
      ships = behaves (clawft packages.clawft);
      profile = same "the profile" pgo.shipped.merged mergedAgain;
      program = same "the program" (clawft pgo.shipped.optimized) (clawft optimizedAgain);
      steps = steps pgo.shipped.optimized;
      used = used pgo.shipped.optimized;
      written = compare written tables;
    };

    rejects-native = rejects "native" {
      behaves = {
        check = try "behaves" {
          behaves = behaves (
            runCommand "another-program" { } ''
              printf '#!%s\nset -o pipefail\n%s "$@" | sed "s/echo/ECHO/"\n' \
                "$(type -P bash)" ${clawft packages.clawft-pgo} >$out
              chmod +x $out
            ''
          );
        };
        message = "behaves otherwise";
      };
      # Of other texts.
      profile = {
        check = try "profile" {
          profile = same "the profile" pgo.shipped.merged (
            pgo.shipped.merge (pgo.shipped.profileOf "-other" pgo.otherFolder)
          );
        };
        message = "the profile of a second run has other bytes";
      };
      unused = {
        check = try "unused" { used = used native.shipped; };
        message = "the profile changes nothing";
      };
      steps = {
        check = try "steps" {
          steps = steps (
            runCommand "more-steps" { } ''
              mkdir $out
              echo $(($(<${native.shipped}/steps) + 1)) >$out/steps
            ''
          );
        };
        message = "compiles more than without a profile";
      };
      # A byte more in one cell, and a row less.
      document-cell = {
        check = try "document-cell" {
          document = compare written (changed "document-cell" ''/^| as it ships | *[0-9]/ s/[0-9],/7,/'');
        };
        message = "and the numbers (>) part";
      };
      document-row = {
        check = try "document-row" {
          document = compare written (changed "document-row" "/^| static-pie/ d");
        };
        message = "and the numbers (>) part";
      };
    };
  };
}
