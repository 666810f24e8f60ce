# `stdenv.mkDerivation` over Debian's bash and the commands nixpkgs' stdenv has in PATH: nothing
# else of /usr/bin is visible to a build, so an undeclared tool is missed here as it is there.
{
  lib,
  machine,
  system,
}:

let
  commands = lib.filter (line: line != "" && !lib.hasPrefix "#" line) (
    lib.splitString "\n" (builtins.readFile ./commands.txt)
  );

  # A folder whose `bin` links to commands of /usr/bin (`name`, or `name=other` where Debian calls
  # it otherwise); fails to build when one is not there.
  linkCommands =
    name: names:
    derivation {
      inherit name system names;
      debian = machine.packagesHash;
      builder = "/bin/bash";
      args = [
        "-ec"
        ''
          PATH=/usr/bin
          mkdir -p "$out/bin"
          for name in $names; do
            command=/usr/bin/''${name#*=}
            test -x "$command" || { echo "Debian's root has no $command"; exit 1; }
            ln -s "$command" "$out/bin/''${name%=*}"
          done
        ''
      ];
    };

  initialPath = linkCommands "stdenv-commands" commands;

  mkDerivation =
    argsOrFunction:
    let
      args =
        if lib.isFunction argsOrFunction then
          let
            final = argsOrFunction final;
          in
          final
        else
          argsOrFunction;
      name = args.name or "${args.pname}-${args.version}";
      environment =
        removeAttrs args [
          "env"
          "meta"
          "passthru"
          "realBuilder"
        ]
        // args.env or { };
      drv = derivation (
        {
          inherit system;
          builder = "/bin/bash";
          args = [
            "-e"
            ./setup.sh
          ];
        }
        // environment
        // {
          inherit name;
          # NB: Debian's tools are outside the store; this makes a change of them a change of input.
          debian = machine.packagesHash;
          initialPath = "${initialPath}";
          setup = ./setup.sh;
        }
      );
    in
    drv
    // {
      inherit name;
      meta = args.meta or { };
      passthru = args.passthru or { };
      drvAttrs = drv.drvAttrs;
      overrideAttrs = change: mkDerivation (args // change args);
    }
    // args.passthru or { }
    // lib.optionalAttrs (args ? pname) { inherit (args) pname version; };

  platform = rec {
    inherit system;
    isLinux = lib.hasSuffix "-linux" system;
    isDarwin = !isLinux;
  };
in
{
  inherit linkCommands mkDerivation;
  inherit (platform) isLinux isDarwin;
  shell = "/bin/bash";
  hostPlatform = platform;
  buildPlatform = platform;
}
