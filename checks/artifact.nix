# What an artifact has to show, whatever its numbers: one derivation per artifact, one promise per row of
# this file. `of` makes the check of one; another flake's artifacts go through it, too.
#
# A row: `needs` are attributes that an artifact must have for the row to apply; `script` is what is
# tried; `fault` spoils an artifact so that the script fails, and `says` is what it says then.
{
  artifacts,
  callFile,
  lib,
  matrix,
  modules,
  optimize,
  pkgs,
  programs,
  runCommand,
  trapped,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  # A file with something done to it.
  changed =
    name: file: command:
    runCommand name { inherit file; } ''
      cp --no-preserve=mode $file $out
      ${command}
    '';

  # The plain recipe, with its names.
  plain = optimize {
    name = "clawft-plain-wasip2-named";
    bin = "clawft";
    module = modules.clawft {
      name = "plain-wasip2";
      stack = null;
      target = "wasip2";
      inherit (matrix.plain) features;
    };
  };

  # For the shell: whether a file is a component; its WIT; a module's imports and exports, with their types.
  describe = ''
    component() { wasm-tools component wit "$1" >/dev/null 2>&1; }
    wit() { wasm-tools component wit "$1"; }
    items() {
      wasm-tools strip --all "$1" | wasm-tools print --skeleton |
        awk -f ${../crates/wasm-heft/tests/real-files/interface.awk} | sort
    }
  '';

  rows = {
    # It does what the native program does: the same script of commands, the same output, exit codes
    # and files. `behavior` is that script, given a command to run; the native program; and further
    # arguments of `wasmtime run`.
    behaves = {
      needs = [ "behavior" ];
      script =
        { behavior, file, name, target, ... }:
        ''
          export HOME=$PWD
          wasmtime compile ${file} -o compiled
          bash ${behavior.script} ${behavior.native} >native
          # WASI 0.2 programs end with success or failure, whatever the exit code.
          ${lib.optionalString (target == "wasip2") "FAILURE_CODE=1"} bash ${behavior.script} \
            wasmtime run --allow-precompiled ${lib.escapeShellArgs behavior.arguments} "$PWD/compiled" >found
          if ! diff native found; then
            echo "behaves otherwise: native on the left, ${name} on the right"
            exit 1
          fi
        '';
      # A native program that answers otherwise.
      fault =
        artifact:
        artifact
        // {
          behavior = artifact.behavior // {
            native = runCommand "another-program" { } ''
              printf '#!%s\nset -o pipefail\n%s "$@" | sed "s/echo/ECHO/"\n' \
                "$(type -P bash)" ${artifact.behavior.native} >$out
              chmod +x $out
            '';
          };
        };
      message = "behaves otherwise";
    };

    # A loop by hand over the core modules of the same input, with the same passes, makes nothing
    # smaller. A component comes out smaller than by hand, since no command by hand drops the exports
    # that nothing in it uses.
    by-hand = {
      needs = [ "byHand" ];
      script =
        { file, unoptimized, ... }:
        ''
          by_hand=$(by-hand ${unoptimized} -Oz --converge --zero-filled-memory)
          ours=$(stat -c %s ${file})
          echo "$ours bytes, by hand $by_hand"
          if [ "$ours" -gt "$by_hand" ]; then
            echo "larger than by hand"
            exit 1
          fi
        '';
      # With its names: what is left when the last step is forgotten.
      fault = artifact: artifact // { file = artifact.names; };
      message = "larger than by hand";
    };

    # A runtime accepts it.
    compiles = {
      script =
        { file, ... }:
        ''
          export HOME=$PWD
          wasmtime compile ${file} -o compiled
          wasmtime --version
        '';
      # A section that is not one.
      fault =
        artifact:
        artifact
        // {
          file = changed "unknown-section.wasm" artifact.file ''printf '\177\001\000' >>$out'';
        };
      message = "Error";
    };

    # It offers what it offered: the world's exports with the text of their interfaces, or the module's exports
    # with their types, those that it is to keep.
    exports = {
      script =
        { exports, file, unoptimized, ... }:
        let
          line = name: "-e ${lib.escapeShellArg ''export "${name}" ''}";
          kept = if exports == null then "-e export" else lib.concatMapStringsSep " " line exports;
        in
        ''
          ${describe}
          exports() {
            if component "$1"; then wit "$1" | awk -f ${./exports.awk}; else items "$1" | sed -n /^export/p; fi
          }
          exports ${unoptimized} >all
          if component ${unoptimized}; then cp all before; else grep -F ${kept} all >before; fi
          test -s before
          exports ${file} >after
          if ! diff before after; then
            echo "the exports changed: before on the left, after on the right"
            exit 1
          fi
        '';
      # Another module: one that only has a header.
      fault =
        artifact:
        artifact
        // {
          file = runCommand "empty.wasm" { } ''printf '\0asm\001\0\0\0' >$out'';
        };
      message = "the exports changed";
    };

    # With its names it has these allocators and no other: with one heap, wasi-libc's own malloc is not
    # linked.
    heap = {
      needs = [ "heap" ];
      script =
        { heap, names, ... }:
        ''
          wasm-heft size --format json ${names} >size.json
          jq -r '.files[0].allocators | map(.family) | sort | .[]' size.json >found
          if ! diff <(${if heap == [ ] then "true" else "printf '%s\\n' ${lib.escapeShellArgs heap}"}) found; then
            echo "wrong allocators linked: expected ${toString heap}, found the right side"
            exit 1
          fi
        '';
      # A module with wasi-libc's malloc in it under this one's name.
      fault = artifact: artifact // { inherit (artifacts."system-${artifact.target}") names; };
      message = "wrong allocators linked";
    };

    # It asks for nothing new. A component may ask for less: no line of its WIT is another one, some are
    # gone. A module imports the same, with the same types.
    imports = {
      script =
        { file, unoptimized, ... }:
        ''
          ${describe}
          imports() {
            if component "$1"; then wit "$1"; else items "$1" | sed -n /^import/p; fi
          }
          imports ${unoptimized} >before
          imports ${file} >after
          # That they differ is 1; what is more is that it could not be told.
          diff before after >changes || [ $? -eq 1 ]
          cat changes
          if component ${file}; then unwanted='^>'; else unwanted='^[<>]'; fi
          if grep -q "$unwanted" changes; then
            echo "the imports changed: before on the left, after on the right"
            exit 1
          fi
        '';
      # A component that asks for something more than the one before it; a module that asks for nothing.
      fault =
        artifact:
        artifact
        // (
          if artifact.target == "wasip2" then
            {
              file = artifact.unoptimized;
              unoptimized = artifact.file;
            }
          else
            {
              file = runCommand "empty.wasm" { } ''printf '\0asm\001\0\0\0' >$out'';
            }
        );
      message = "the imports changed";
    };

    # Doing it once more would save next to nothing.
    optimized = {
      script = { file, ... }: "wasm-heft optimize --check ${file}";
      # As cargo left it.
      fault = artifact: artifact // { file = artifact.unoptimized; };
      message = "not optimized";
    };

    # `wasm-heft size` tells whose the bytes are: at least this share of the code belongs to a crate or
    # library, and the crates, with what is none, add up to the file.
    owners = {
      needs = [ "attributed" ];
      script =
        { attributed, file, ... }:
        ''
          wasm-heft size --no-compress --format json ${file} >size.json
          jq '.files[0] | { code_bytes, attributed_code_bytes, raw_bytes, sum: ([.crates[]?.bytes] | add) }' \
            size.json | tee found
          if ! jq --exit-status '.sum == .raw_bytes' found >/dev/null; then
            echo "the crates do not add up to the file"
            exit 1
          fi
          if ! jq --exit-status '.attributed_code_bytes >= ${attributed} * .code_bytes' found >/dev/null; then
            echo "less than ${attributed} of the code is attributed"
            exit 1
          fi
        '';
      # All that is known of a file without names is that it has code.
      fault = artifact: artifact // { file = changed "without-names.wasm" artifact.file ""; };
      message = "the crates do not add up to the file";
    };

    # It does not depend on where it was built: it names no folder of the build. (Where the toolchain's
    # own libc was built is the same wherever it is used.)
    paths = {
      script =
        { file, ... }:
        ''
          if grep -a -o -E '(/nix/(store|var)/|/build/source/|/home/|/root/|/Users/|/private/(tmp|var)/)[[:print:]]*' ${file} >found; then
            sort -u found
            echo "names folders of the build"
            exit 1
          fi
        '';
      fault =
        artifact:
        artifact
        // {
          file = changed "with-a-path.wasm" artifact.file "echo '/nix/store/somewhere/src/lib.rs' >>$out";
        };
      message = "names folders of the build";
    };

    # What the host hands in goes back to the allocator that it is from.
    sound = {
      script =
        { file, name, ... }: "wasm-heft gate --sound ${name}=${file}";
      fault =
        artifact:
        artifact
        // {
          file = "${plain}/clawft.wasm";
        };
      targets = [ "wasip2" ];
      message = "corrupts memory";
    };

    # wabt's wasm-strip finds nothing to remove in any of its core modules.
    stripped = {
      script =
        { file, ... }:
        ''
          core-modules ${file} modules
          for module in modules/*; do
            wasm-strip "$module" -o stripped.wasm
            before=$(stat -c %s "$module") after=$(stat -c %s stripped.wasm)
            if ! cmp "$module" stripped.wasm; then
              echo "not stripped: $module has $before bytes, wasm-strip leaves $after"
              exit 1
            fi
            echo "$(basename "$module"): $before bytes, nothing to strip"
          done
        '';
      # With its names.
      fault = artifact: artifact // { file = artifact.names; };
      message = "not stripped";
    };

    # It is WebAssembly of its kind, says wasm-tools.
    valid = {
      script =
        { file, ... }:
        ''
          wasm-tools validate ${file}
          wasm-tools objdump ${file}
        '';
      # One byte short.
      fault =
        artifact: artifact // { file = changed "one-byte-short.wasm" artifact.file "truncate -s -1 $out"; };
      message = "error";
    };
  };

  nativeBuildInputs = [
    (callFile ../nix/by-hand.nix)
    (callFile ../nix/core-modules.nix)
    pkgs.binaryen
    pkgs.jq
    pkgs.wabt
    pkgs.wasm-tools
    pkgs.wasmtime
    programs.wasm-heft-static
  ];

  tried =
    name: rows: artifact:
    promises name { inherit nativeBuildInputs; } (
      lib.mapAttrs (_: { script, ... }: script artifact) (
        lib.filterAttrs (_: row: lib.all (need: artifact ? ${need}) (row.needs or [ ])) rows
      )
    );

  of = artifact: tried "artifact-${artifact.name}" rows artifact;

  # One byte by hand is looked at where it can differ: in the recommended variant. All others are deep.
  shallow = artifact: removeAttrs artifact [ "byHand" ];

  # More than one fault a row.
  further = {
    # A module with exports that were to go.
    exports-too-many = rows.exports // {
      targets = [ "wasip1" ];
      fault = artifact: artifact // { file = artifact.unoptimized; };
    };
  };

  # Every fault in a module and in a component.
  faults = lib.concatMapAttrs (
    label: row:
    lib.genAttrs' (row.targets or (lib.attrNames matrix.targets)) (
      target:
      lib.nameValuePair "${label}-${target}" {
        check = tried "${label}-${target}" { ${label} = row; } (
          row.fault artifacts."${matrix.recommended}-${target}"
        );
        inherit (row) message;
      }
    )
  ) (rows // further);

  isRecommended = artifact: artifact.allocator == matrix.recommended && artifact.profile == "release-wasm";
in
{
  inherit of;
  behaves = rows.behaves.script;

  checks =
    lib.mapAttrs' (
      name: artifact:
      lib.nameValuePair "artifact-${name}" (
        of (if isRecommended artifact then artifact else shallow artifact)
      )
    ) artifacts
    // {
      rejects-artifact = rejects "artifact" faults;
    };

  deep = lib.mapAttrs' (name: artifact: lib.nameValuePair "artifact-${name}" (of artifact)) trapped
  // lib.mapAttrs' (
    name: artifact:
    lib.nameValuePair "by-hand-${name}" (
      tried "by-hand-${name}" { inherit (rows) by-hand; } artifact
    )
  ) (lib.filterAttrs (_: artifact: !isRecommended artifact) artifacts);
}
