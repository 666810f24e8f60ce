{
  description = "Stand-in for nixpkgs: the attribute names this project uses, over Debian's packages";

  # `machine.json` describes the root file system; `nix/run` writes it beside this file.
  outputs =
    { self }:
    let
      lib = import ./lib.nix;
      machine = builtins.fromJSON (builtins.readFile ./machine.json);
    in
    {
      inherit lib;
      # The project's systems: a Debian machine builds for its own and evaluates the others.
      legacyPackages = lib.genAttrs [ "aarch64-darwin" "aarch64-linux" "x86_64-linux" ] (
        system: import ./packages.nix { inherit lib machine system; }
      );
    };
}
