# Native programs: the command line tool, and the guests' native builds that checks compare with.
{
  cargo,
  lib,
  workspace,
}:

lib.mapAttrs (
  bin:
  { package, members }:
  cargo.build {
    pname = bin;
    src = workspace.members members;
    cargoArtifacts = cargo.nativeDependencies;
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package ${package} --bin ${bin}";
    installPhaseCommand = "install -D -t $out/bin target/release/${bin}";
    meta.mainProgram = bin;
  }
) workspace.programs
