# `legacyPackages`: builders and tools under their nixpkgs names.
{
  lib,
  machine,
  system,
}:

let
  stdenv = import ./stdenv.nix { inherit lib machine system; };
  callPackage = lib.callPackageWith pkgs;

  # A tool of Debian's: links to its commands, the version Debian gives it.
  debian =
    pname: commands:
    let
      # NB: a derivation's name has no `~` and no `:`, which Debian's versions may have.
      version = builtins.replaceStrings [ "~" ":" ] [ "-" "-" ] machine.versions.${pname};
    in
    stdenv.linkCommands "${pname}-${version}" commands
    // {
      inherit pname version;
      meta.mainProgram = lib.head commands;
    };

  # A tool Debian does not have: evaluates, so that outputs can be listed, and says so when built.
  absent =
    pname:
    pkgs.runCommand "${pname}-absent" { } ''
      echo "Debian has no package for ${pname}; this output needs Nix with its caches" >&2
      exit 1
    '';

  pkgs = import ./builders.nix { inherit lib stdenv; } // {
    inherit
      callPackage
      lib
      pkgs
      stdenv
      system
      ;

    cargo = debian "cargo" [ "cargo" ];
    rustc = debian "rustc" [
      "rustc"
      "rustdoc"
    ];

    # The shell of `nix develop`.
    bashInteractive = debian "bash" [ "bash" ];
    binaryen = debian "binaryen" [
      "wasm-opt"
      "wasm-dis"
      "wasm-metadce"
    ];
    brotli = debian "brotli" [ "brotli" ];
    # NB: not Debian's command, a script that reads /etc.
    chromium = pkgs.runCommand "chromium" { meta.mainProgram = "chromium"; } ''
      mkdir -p $out/bin
      ln -s /usr/lib/chromium/chromium $out/bin/chromium
    '';
    curl = debian "curl" [ "curl" ];
    gawk = debian "gawk" [
      "awk=gawk"
      "gawk"
    ];
    git = debian "git" [ "git" ];
    # The static library is part of Debian's libc6-dev, where the C compiler looks for it.
    glibc.static = pkgs.runCommand "glibc-static" { } "mkdir -p $out";
    jq = debian "jq" [ "jq" ];
    nix = debian "nix-bin" [
      "nix"
      "nix-store"
    ];
    openssh = debian "openssh-server" [
      "ssh"
      "ssh-keygen"
      "sshd=../sbin/sshd"
    ];
    python3 = debian "python3" [ "python3" ];
    python3Packages.pip = debian "python3-pip" [ "pip" ];
    shellcheck = debian "shellcheck" [ "shellcheck" ];
    util-linux = debian "util-linux" [
      "mount"
      "taskset"
      "unshare"
    ];
    # NB: not Debian's command, a script that changes the environment of what is counted.
    valgrind = debian "valgrind" [ "valgrind=valgrind.bin" ];
    wabt = debian "wabt" [
      "wasm-strip"
      "wasm-objdump"
      "wasm-validate"
    ];
    wasm-tools = debian "wasm-tools" [ "wasm-tools" ];
    zstd = debian "zstd" [ "zstd" ];

    # The machine's own, under the name of nixpkgs' file.
    cacert = pkgs.runCommand "cacert" { } ''
      mkdir -p $out/etc/ssl/certs
      ln -s /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-bundle.crt
    '';

    # The folder under its nixpkgs name.
    liberation_ttf = pkgs.runCommand "liberation-fonts" { } ''
      mkdir -p $out/share
      ln -s /usr/share/fonts $out/share/fonts
    '';

    nixfmt = absent "nixfmt";

    cargo-deny = callPackage ./cargo-deny.nix { };
    cargo-nextest = callPackage ./cargo-nextest.nix { };
    just = callPackage ./just.nix { };
    nodejs = callPackage ./nodejs.nix { };
    taplo = callPackage ./taplo.nix { };
    wasmtime = callPackage ./wasmtime.nix { };

    fetchCrate = callPackage ./fetch-crate.nix { };

    # Not in nixpkgs: what the stand-ins of crane and fenix build on.
    debianTool = debian;
    buildFromRegistry = callPackage ./build-from-registry.nix { };
    released = callPackage ./released.nix { inherit machine; };
  };
in
pkgs
