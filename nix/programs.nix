# Native programs: the command line tool, and the guests' native builds that checks compare with.
{
  cargo,
  lib,
  workspace,
}:

lib.mapAttrs (
  name:
  {
    package,
    members,
    bin ? name,
    without ? lib.fileset.unions [ ],
    arguments ? "",
    dependencies ? "nativeDependencies",
  }:
  cargo.build {
    pname = name;
    src = workspace.membersWithout members without;
    cargoArtifacts = cargo.${dependencies};
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package ${package} --bin ${bin} ${arguments} ${
      lib.optionalString (dependencies == "engineDependencies") cargo.sharedWithTests
    }";
    installPhaseCommand = "install -D -t $out/bin target/release/${bin}";
    meta.mainProgram = bin;
  }
) workspace.programs
