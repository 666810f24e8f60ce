# Foreign workloads: published programs and libraries at work on real input, with every allocator that
# ships, on both targets. Their counts are what an allocator is worth to people whose programs were not
# written to show it. Counts only, as in ../lab.nix.
{
  cargo,
  lib,
  matrix,
  optimize,
  pkgs,
  programs,
  runCommand,
  workspace,
}:

let
  # Published programs as they are, but for two lines (./foreign/assemble). main: the source file that is
  # given one of them. bin: the program, where it is not called as its package is.
  published = {
    brotli = {
      version = "9.1.1";
      hash = "sha256-6LY1231yn2zWYW4qdMN4GZ01Y5zFjQgEO2+RswjpXxk=";
      main = "src/bin/brotli.rs";
    };
    pulldown-cmark = {
      version = "0.13.6";
      hash = "sha256-PMvBSB/pciexKWbZAZt/Nu7mBOhuPdNeyDTp1OEc3+E=";
      main = "src/main.rs";
    };
    resvg = {
      version = "0.49.0";
      hash = "sha256-1IN/jkQWh+p0SStiIELhjie27QLypEU67zFBPGDDjP8=";
      main = "src/main.rs";
    };
    ripgrep = {
      version = "15.2.0";
      hash = "sha256-WcUcbtyv4yWJ/hqwuzMZBfyyxwcf2dxrQdYIayTcCe8=";
      main = "crates/core/main.rs";
      bin = "rg";
    };
  };
  sources = lib.mapAttrs (
    pname: { version, hash, ... }: pkgs.fetchCrate { inherit pname version hash; }
  ) published;

  # All programs by package: those, and this project's own that calls published libraries.
  bins = lib.mapAttrs (package: { bin ? package, ... }: bin) published // {
    libraries = "libraries";
  };
  # Features of cargo's: of each what it has when nobody asks for others.
  features = [
    "brotli/std"
    "pulldown-cmark/default"
    "resvg/default"
  ];

  # What each program is given to do, by the names in the tables; see docs/foreign-workloads.md.
  cases = {
    brotli.compress = "-c -q9 guide.md";
    libraries = {
      grammar = "grammar lrgrammar.lalrpop";
      picture = "picture picture.png";
      query = "query orders.json";
      sheet = "sheet orders.xlsx";
      sql = "sql orders.sql";
    };
    pulldown-cmark.markdown = "-T -F -S -L guide.md";
    resvg.render = "--width 256 drawing.svg -c";
    ripgrep.search = "--sort path -n -i '(alloc|buffer|match)\\w* +\\w+' source";
  };

  cargoLock = ./foreign/Cargo.lock;
  vendored = cargo.vendor { inherit cargoLock; };

  # The workspace, at its own place in a tree that has the members of the project's workspace beside it.
  # change: shell lines.
  # NB: the name is that of the folder it is compiled in, and part of what cargo compiles dependencies with.
  assembled =
    members: change:
    runCommand "foreign-source" { } ''
      cp -r --no-preserve=mode ${workspace.members members} $out
      mkdir -p $out/nix/lab
      cp -r --no-preserve=mode ${./foreign} $out/nix/lab/foreign
      cd $out/nix/lab/foreign
      ${lib.concatStrings (
        lib.mapAttrsToList (name: program: ''
          bash ./assemble ${sources.${name}} ${name} ${program.main}
        '') published
      )}
      ${change}
    '';
  whole = assembled [ "wasi-alloc" ] "";
  # For compiling what all of them depend on: an allocator that is none, and programs that do nothing.
  dummy = assembled [ ] ''
    mkdir -p $out/crates/wasi-alloc/src
    echo '#![no_std]' >$out/crates/wasi-alloc/src/lib.rs
    for main in libraries/src/main.rs ${
      lib.concatStringsSep " " (lib.mapAttrsToList (name: { main, ... }: "programs/${name}/${main}") published)
    }; do
      echo 'fn main() {}' >"$main"
    done
  '';

  shared = {
    version = "0";
    postPatch = "";
    cargoVendorDir = vendored;
    preBuild = cargo.common.preBuild + ''
      RUSTFLAGS+=" --remap-path-prefix=$PWD=/foreign"
    '';
  };
  # A `[target]` of ../variants.nix, or the machine itself.
  command =
    { triple ? null, allocator }:
    ''
      cargoWithProfile build --locked --manifest-path nix/lab/foreign/Cargo.toml --target-dir target ${
        lib.optionalString (triple != null) "--target ${triple}"
      } ${
        lib.concatStringsSep " " (
          lib.mapAttrsToList (package: bin: "--package ${package} --bin ${bin}") bins
        )
      } --no-default-features --features ${lib.concatStringsSep "," (features ++ allocator)}
    '';

  dependencies =
    name: settings: arguments:
    cargo.craneLib.mkCargoDerivation (
      cargo.common
      // shared
      // settings
      // {
        pname = "foreign-${name}";
        pnameSuffix = "-deps";
        src = dummy;
        cargoArtifacts = null;
        doInstallCargoArtifacts = true;
        doCheck = false;
        buildPhaseCargoCommand = command (arguments // { allocator = [ "wasi-alloc/dlmalloc" ]; });
      }
    );
  build =
    name: settings: arguments: folder:
    cargo.build (
      shared
      // settings
      // {
        pname = "foreign-${name}";
        src = whole;
        # NB: cargo tells a changed source by its time, and in a store all times are one.
        buildPhaseCargoCommand = ''
          find crates nix -name '*.rs' -exec touch {} +
          ${command arguments}
        '';
        installPhaseCommand = ''
          mkdir -p $out
          for bin in ${toString (lib.attrValues bins)}; do
            cp ${folder}/$bin${lib.optionalString (arguments ? triple) ".wasm"} $out/
          done
        '';
        # The tools that strip native programs do not know wasm.
        dontFixup = true;
      }
    );

  native = build "native" {
    cargoArtifacts = dependencies "native" { } { };
  } { allocator = [ "wasi-alloc/dlmalloc" ]; } "target/release";

  profile = "release-wasm";
  wasmSettings.CARGO_PROFILE = profile;
  wasmDependencies = lib.mapAttrs (
    target: { triple }: dependencies target wasmSettings { inherit triple; }
  ) matrix.targets;

  rows = lib.cartesianProduct {
    allocator = lib.attrNames matrix.allocators;
    target = lib.attrNames matrix.targets;
  };
  rowName = { allocator, target }: "${allocator}-${target}";

  modules = lib.genAttrs' rows (
    row@{ allocator, target }:
    let
      inherit (matrix.targets.${target}) triple;
    in
    lib.nameValuePair (rowName row) (
      build (rowName row) (wasmSettings // { cargoArtifacts = wasmDependencies.${target}; }) {
        inherit triple;
        # wasi-libc's allocator is one heap as it is.
        allocator = [
          "wasi-alloc/${allocator}"
        ]
        ++ lib.optional (allocator != "system") "wasi-alloc/one-heap";
      } "target/${triple}/${profile}"
    )
  );

  # Each program of each row, as it would ship: `packages.ripgrep.dlmalloc-wasip1`.
  packages = lib.mapAttrs (
    package: bin:
    lib.mapAttrs (
      name: module:
      optimize {
        name = "foreign-${package}-${name}";
        inherit bin module;
        arguments = matrix.profiles.${profile}.optimize;
        fingerprint.cargo-lock = builtins.hashFile "sha256" cargoLock;
      }
    ) modules
  ) bins;

  # A folder of each program's inputs: of published packages, and what the libraries write of a shop's
  # orders.
  inputs = runCommand "foreign-inputs" { } ''
    mkdir -p $out/{brotli,libraries,pulldown-cmark,resvg,ripgrep/source}
    cat ${sources.ripgrep}/{CHANGELOG,FAQ,GUIDE,README}.md >$out/pulldown-cmark/guide.md
    cp $out/pulldown-cmark/guide.md $out/brotli/
    cp -r ${sources.ripgrep}/crates ${sources.pulldown-cmark}/tests $out/ripgrep/source/
    cp ${vendored}/*/petgraph-*/assets/images/graphosaurus.svg $out/resvg/drawing.svg
    cp ${vendored}/*/petgraph-*/assets/images/graphosaurus-512.png $out/libraries/picture.png
    cp ${vendored}/*/lalrpop-0*/src/parser/lrgrammar.lalrpop $out/libraries/
    ${native}/libraries make $out/libraries
  '';

  # What the native programs print, a file a case.
  expected = runCommand "foreign-expected" { } (
    "mkdir $out\n"
    + lib.concatStrings (
      lib.concatMap (
        package:
        lib.mapAttrsToList (case: arguments: ''
          cp -r --no-preserve=mode ${inputs}/${package} folder
          (cd folder && ${native}/${bins.${package}} ${arguments}) >$out/${case}
          [ -s $out/${case} ]
          rm -r folder
        '') cases.${package}
      ) (lib.attrNames bins)
    )
  );

  # Counts of one program with every row. Unlike in ../lab.nix, every row has to end well, and to print
  # what is expected.
  benchOf =
    expected: package:
    runCommand "bench-${package}.json"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft
        ];
      }
      ''
      cp -r --no-preserve=mode ${inputs}/${package} folder
      wasm-heft bench ${
        lib.escapeShellArgs (
          lib.mapAttrsToList (
            name: row: "${package}-${name}=${row}/${bins.${package}}.wasm"
          ) packages.${package}
          ++ lib.concatMap (case: [
            "--case"
            "${case}=${cases.${package}.${case}}"
            "--expect"
            "${case}=${expected}/${case}"
          ]) (lib.attrNames cases.${package})
        )
      } --dir folder::. --timeout 600 --no-time --format json --report $out >/dev/null || {
        jq '.rows[] | select(.outcome != "ok")' $out
        exit 1
      }
    '';
in
{
  inherit
    benchOf
    expected
    inputs
    packages
    ;

  # Counts of each program.
  benches = lib.genAttrs (lib.attrNames bins) (benchOf expected);

  # The table of docs/foreign-workloads.md.
  tableOf =
    bench:
    runCommand "foreign-workloads.md" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq --raw-output --arg targets ${lib.escapeShellArg (toString (lib.attrNames matrix.targets))} \
        --arg allocators ${lib.escapeShellArg (toString (lib.attrNames matrix.allocators))} \
        --arg published ${lib.escapeShellArg (toString (lib.concatMap lib.attrNames (lib.attrValues cases)))} \
        --from-file ${./foreign.jq} ${bench} >$out
    '';
}
