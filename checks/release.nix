# What is released goes by one set of names, and the Action does what it says: installs nothing that is not
# what was released, and hands on what the gate found.
{
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  tree = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../.github/workflows/release.yml
      ../CHANGELOG.md
      ../Cargo.toml
      ../LICENSE
      ../README.md
      ../action
      ../crates/wasm-heft/Cargo.toml
      ../release
    ];
  };
  # The tree with one fault.
  spoiled =
    spoil:
    runCommand "spoiled" { } ''
      cp -r --no-preserve=mode ${tree} $out
      cd $out
      ${spoil}
    '';

  release =
    name: tree:
    promises name { } {
      names = "bash ${tree}/release/check";
      action = "bash ${tree}/action/test.sh";
    };
in
{
  checks = {
    release = release "release" tree;
    rejects-release = rejects "release" {
      binstall = {
        check = release "binstall" (spoiled "sed -i 's/^pkg-url = .*/pkg-url = \"{ repo }\"/' crates/wasm-heft/Cargo.toml");
        message = "correct pkg-url";
      };
      folder = {
        check = release "folder" (spoiled "sed -i 's/^bin-dir = .*/bin-dir = \"{ bin }\"/' crates/wasm-heft/Cargo.toml");
        message = "correct bin-dir";
      };
      matrix = {
        check = release "matrix" (spoiled "sed -i 's/os: ubuntu-24.04-arm/os: ubuntu-latest/' .github/workflows/release.yml");
        message = "the matrix of release.yml has no row";
      };
      changelog = {
        check = release "changelog" (spoiled "echo >CHANGELOG.md");
        message = "CHANGELOG.md has neither";
      };
      # An installer that looks at no digest.
      unchecked = {
        check = release "unchecked" (spoiled "sed -i '/^\\[ \"\\$found\" = /,+1d' action/install.sh");
        message = "an archive that was changed is refused: expected";
      };
      # A gate whose answer is lost.
      lost = {
        check = release "lost" (spoiled "sed -i 's/^exit \"\\$code\"$/exit 0/' action/gate.sh");
        message = "a gate that fails fails, with its comment: expected";
      };
    };
  };
  deep = { };
}
