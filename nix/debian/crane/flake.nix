{
  description = "Stand-in for crane: the functions this project uses, over crates vendored by cargo";

  # `machine.json` names the vendored crates; `nix/run` writes it beside this file.
  outputs = _: {
    mkLib =
      pkgs:
      import ./lib.nix {
        inherit pkgs;
        machine = builtins.fromJSON (builtins.readFile ./machine.json);
        toolchain = pkgs.runCommand "no-toolchain" { } "echo 'call overrideToolchain first'; exit 1";
      };
  };
}
