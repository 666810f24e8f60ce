# A team with builders: they make every artifact, over SSH, while nothing is built here; one is lost on the
# way, and the same command once more ends well.
{
  artifacts,
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  rejects = callFile ../rejects.nix;

  # Of the matrix, what is compiled with the standard library as it comes.
  built-there = lib.filterAttrs (_: artifact: artifact.profile == "release-wasm") artifacts;
  rows = lib.mapAttrs (
    _:
    { module, package, ... }:
    {
      module = module.drvAttrs;
      package = package.drvAttrs;
      moduleOut = "${module}";
    }
  ) built-there;
  # What is made there, and what that is compared with.
  made = lib.concatMap (
    { module, package, ... }: [
      "${module}"
      "${package}"
    ]
  ) (lib.attrValues built-there);

  written = pkgs.writeText "rows.json" (builtins.toJSON rows);
  closure = pkgs.closureInfo { rootPaths = [ written ]; };
  folder = runCommand "builders-inputs" { } ''
    mkdir $out
    cp ${closure}/{registration,store-paths} $out/
    cp ${written} $out/rows.json
    printf '%s\n' ${toString (made ++ [ written ])} >$out/made
    printf '%s %s\n' ${
      toString (lib.mapAttrsToList (name: { package, ... }: "${name} ${package}") built-there)
    } >$out/expected
  '';

  # builders: their names. lost: the first of them, on the way. spoil: is done to what they or SSH know.
  built =
    {
      name,
      builders,
      lost ? false,
      spoil ? "",
    }:
    runCommand name
      {
        nativeBuildInputs = [
          pkgs.jq
          pkgs.nix
          pkgs.openssh
          pkgs.util-linux
        ];
        inherit spoil;
      }
      ''
        bash ${./run.sh} ${folder} ${./matrix.nix} ${pkgs.stdenv.hostPlatform.system} "${toString builders}" ${lib.optionalString lost "lost"}
      '';
in
{
  checks = { };

  # Of Linux: on macOS a sandbox has no users of its own.
  deep = lib.optionalAttrs pkgs.stdenv.isLinux {
    # docs/ci.md has their times.
    builders-one = built {
      name = "builders-one";
      builders = [ "one" ];
    };
    builders-two = built {
      name = "builders-two";
      builders = [
        "one"
        "two"
      ];
    };
    builders-lost = built {
      name = "builders-lost";
      builders = [
        "one"
        "two"
      ];
      lost = true;
    };

    rejects-builders = rejects "builders" (
      lib.mapAttrs
        (
          name:
          { spoil, message }:
          {
            check = built {
              inherit name spoil;
              builders = [ "one" ];
            };
            inherit message;
          }
        )
        {
          # Nobody listens.
          no-builder = {
            spoil = "sed -i 's/Port 22/Port 23/' ssh_config";
            message = "Connection refused";
          };
          # Another machine answers under the name.
          another-machine = {
            spoil = "ssh-keygen -q -t ed25519 -N '' -f other; echo \"one $(cat other.pub)\" >known";
            message = "Host key verification failed";
          };
          # The key is not one the builder knows.
          another-key = {
            spoil = "ssh-keygen -q -t ed25519 -N '' -f other; cp other.pub one/authorized";
            message = "Permission denied";
          };
        }
    );
  };
}
