# Files that other projects publish keep their meaning: each is optimized, and then does what it is for. The
# table of them is a script's, ../crates/wasm-heft/tests/real-files; its packages are fetched once.
{
  callFile,
  fenix,
  lib,
  pkgs,
  programs,
  runCommand,
  writeShellApplication,
}:

let
  rejects = callFile ./rejects.nix;
  folder = ../crates/wasm-heft/tests/real-files;
  # Without what people read.
  table = lib.fileset.toSource {
    root = folder;
    fileset = lib.fileset.difference folder (folder + "/README.md");
  };

  # The object file is for WASI, the module for wasm-bindgen for no system at all.
  toolchain = fenix.combine (
    [
      fenix.stable.cargo
      fenix.stable.rust-std
      fenix.stable.rustc
    ]
    ++ map (target: fenix.targets.${target}.stable.rust-std) [
      "wasm32-unknown-unknown"
      "wasm32-wasip1"
    ]
  );

  # Archives as the registries serve them, the same for every system.
  archives =
    runCommand "real-files-archives"
      {
        nativeBuildInputs = [
          pkgs.nodejs
          pkgs.python3Packages.pip
          toolchain
        ];
        outputHash = "sha256-8E8MVjs+s93JQ/LzCyK8qUF2Pt9C/UF/MPc5AS9OFck=";
        outputHashMode = "recursive";
      }
      ''
        export HOME=$PWD CARGO_HOME=$PWD/cargo
        export CARGO_HTTP_CAINFO=${pkgs.cacert}/etc/ssl/certs/ca-bundle.crt
        export NODE_EXTRA_CA_CERTS=$CARGO_HTTP_CAINFO PIP_CERT=$CARGO_HTTP_CAINFO
        bash ${table}/fetch $out
      '';

  # NB: not runCommand, which has no C compiler in nixpkgs: wasm-bindgen is compiled, too.
  check =
    name: heft:
    pkgs.stdenv.mkDerivation {
      inherit name;
      nativeBuildInputs = [
        pkgs.binaryen
        pkgs.nodejs
        pkgs.python3
        pkgs.wasm-tools
        pkgs.wasmtime
        toolchain
      ];
      WASM_HEFT = lib.getExe heft;
      passthru = { inherit archives; };
      buildCommand = ''
        export HOME=$PWD CARGO_HOME=$PWD/cargo
        bash ${table}/run ${archives} | tee $out
      '';
    };

  # In the place of `wasm-heft optimize IN -o OUT`; every other command passes.
  another =
    name: text:
    writeShellApplication {
      inherit name;
      text = ''
        [[ $1 == optimize ]] || exit 0
        ${text}
      '';
      runtimeInputs = [ pkgs.wasm-tools ];
    };
in
{
  checks = { };

  deep = {
    real-files = check "real-files" programs.wasm-heft-static;
    rejects-real-files = rejects "real-files" {
      # Valid, and with all imports and exports; what links it looks for the names.
      names = {
        check = check "nameless" (another "nameless" ''wasm-tools strip --delete '^name$' "$2" -o "$4"'');
        message = "cannot be used: ";
      };
      sections = {
        check = check "stripped" (another "stripped" ''wasm-tools strip --all "$2" -o "$4"'');
        message = "interface changed";
      };
      # One that finds fault with every component.
      sound = {
        check = check "warns" (writeShellApplication {
          name = "warns";
          runtimeInputs = [ programs.wasm-heft-static ];
          text = ''
            wasm-heft "$@"
            [[ $1 != size ]] || echo "warning: corrupts memory"
          '';
        });
        message = "said to corrupt memory";
      };
      # As long as before, and valid.
      text = {
        check = check "reworded" (another "reworded" ''sed 's/: syntax error/: syntax fault/' "$2" >"$4"'');
        message = "another result in use";
      };
    };
  };
}
