# nixpkgs' trivial builders and testers, the ones this project uses.
{ lib, stdenv }:

rec {
  runCommand =
    name: env: buildCommand:
    stdenv.mkDerivation (env // { inherit name buildCommand; });
  runCommandLocal = runCommand;

  writeTextFile =
    {
      name,
      text,
      executable ? false,
      destination ? "",
      checkPhase ? "",
      meta ? { },
    }:
    runCommand name
      {
        inherit text meta;
        passAsFile = [ "text" ];
      }
      ''
        target=$out${lib.escapeShellArg destination}
        mkdir -p "$(dirname "$target")"
        cp "$textPath" "$target"
        ${lib.optionalString executable ''chmod +x "$target"''}
        ${checkPhase}
      '';
  writeText = name: text: writeTextFile { inherit name text; };

  # The script has to pass shellcheck to be built.
  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      excludeShellChecks ? [ ],
    }:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      text = ''
        #!/bin/bash
        set -o errexit
        set -o nounset
        set -o pipefail
      ''
      + lib.optionalString (runtimeInputs != [ ]) ''
        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
      ''
      + "\n${text}\n";
      checkPhase = ''
        /usr/bin/shellcheck ${
          lib.optionalString (excludeShellChecks != [ ]) "-e ${lib.concatStringsSep "," excludeShellChecks}"
        } "$target"
      '';
      meta.mainProgram = name;
    };

  linkFarm =
    name: entries:
    runCommand name { } (
      "mkdir -p $out\n"
      + lib.concatMapStrings (entry: ''
        mkdir -p "$(dirname "$out/${entry.name}")"
        ln -s ${entry.path} "$out/${entry.name}"
      '') (if builtins.isAttrs entries then lib.mapAttrsToList (name: path: { inherit name path; }) entries else entries)
    );

  # `$out/store-paths`: everything that `rootPaths` need; `$out/registration`: the same for
  # `nix-store --load-db`.
  closureInfo =
    { rootPaths }:
    derivation {
      name = "closure-info";
      inherit (stdenv.hostPlatform) system;
      builder = "/bin/bash";
      __structuredAttrs = true;
      exportReferencesGraph.closure = rootPaths;
      args = [
        "-ec"
        ''
          PATH=/usr/bin
          source "$NIX_ATTRS_SH_FILE"
          out=''${outputs[out]}
          mkdir "$out"
          jq -r '.closure[].path' "$NIX_ATTRS_JSON_FILE" | sort >"$out/store-paths"
          jq -r '.closure | sort_by(.path)[]
            | .path, .narHash, .narSize, "", (.references | length), .references[]' \
            "$NIX_ATTRS_JSON_FILE" >"$out/registration"
        ''
      ];
    };

  symlinkJoin =
    {
      name,
      paths,
      postBuild ? "",
      ...
    }:
    runCommand name { } ''
      mkdir -p $out
      for path in ${toString paths}; do
        cp -rs --no-preserve=mode "$path/." $out/
      done
      ${postBuild}
    '';

  mkShell =
    {
      name ? "shell",
      packages ? [ ],
      nativeBuildInputs ? [ ],
      inputsFrom ? [ ],
      ...
    }@args:
    stdenv.mkDerivation (
      removeAttrs args [
        "packages"
        "inputsFrom"
      ]
      // {
        inherit name;
        nativeBuildInputs =
          packages ++ nativeBuildInputs ++ lib.concatMap (drv: drv.nativeBuildInputs or [ ]) inputsFrom;
        buildCommand = "export >$out";
        # `nix develop` sources `$stdenv/setup` and writes the environment that it finds to the outputs.
        stdenv = runCommand "shell-stdenv" { } "install -D -m 644 ${./shell-setup.sh} $out/setup";
        outputs = [ "out" ];
      }
    );

  makeSetupHook =
    { name }: script: runCommand name { } "install -D -m 644 ${script} $out/nix-support/setup-hook";

  testers = {
    # Succeeds when `drv` fails: `$out/testBuildFailure.log` holds what it printed,
    # `$out/testBuildFailure.exit` its exit code and `$out/result` what it left.
    testBuildFailure =
      drv:
      drv.overrideAttrs (old: {
        builder = "/bin/bash";
        args = [
          "-e"
          ./expect-failure.sh
        ];
      });
  };
}
