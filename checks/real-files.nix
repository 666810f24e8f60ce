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
  # The run, without what people read.
  table = lib.fileset.toSource {
    root = ../crates/wasm-heft/tests/real-files;
    fileset = lib.fileset.difference ../crates/wasm-heft/tests/real-files ../crates/wasm-heft/tests/real-files/README.md;
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
        outputHash = "sha256-Dw/1AAgVUMNXTAvdo3aXkyn00c8p4K9qTjsJSRevDa4=";
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

  # Called as `wasm-heft optimize IN -o OUT`.
  stripper =
    name: arguments:
    writeShellApplication {
      inherit name;
      runtimeInputs = [ pkgs.wasm-tools ];
      text = ''wasm-tools strip ${arguments} "$2" -o "$4"'';
    };
in
{
  checks = { };

  deep = {
    real-files = check "real-files" programs.wasm-heft-static;
    rejects-real-files = rejects "real-files" {
      # Valid, and with all imports and exports; what links it looks for the names.
      names = {
        check = check "nameless" (stripper "nameless" "--delete '^name$'");
        says = "cannot be used: ";
      };
      sections = {
        check = check "stripped" (stripper "stripped" "--all");
        says = "interface changed";
      };
    };
  };
}
