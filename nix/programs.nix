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
    # Whether the program writes its own completions and manual.
    documented ? false,
    # Of the wasm module: ./modules.nix.
    stack ? null,
  }:
  cargo.build {
    pname = name;
    src = workspace.membersWithout members without;
    cargoArtifacts = cargo.${dependencies};
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package ${package} --bin ${bin} ${arguments} ${
      lib.optionalString (dependencies == "engineDependencies") cargo.sharedWithTests
    }";
    installPhaseCommand = ''
      install -D -t $out/bin target/release/${bin}
    ''
    + lib.optionalString documented ''
      ln -s ${bin} $out/bin/cargo-heft
      share=$out/share
      mkdir -p $share/bash-completion/completions $share/fish/vendor_completions.d $share/zsh/site-functions $share/man/man1
      $out/bin/${bin} completions bash >$share/bash-completion/completions/${bin}
      $out/bin/${bin} completions fish >$share/fish/vendor_completions.d/${bin}.fish
      $out/bin/${bin} completions zsh >$share/zsh/site-functions/_${bin}
      $out/bin/${bin} man $share/man/man1
    '';
    meta.mainProgram = bin;
  }
) workspace.programs
