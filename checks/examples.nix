# The folders of examples/ are what they say: each is built, with all of its checks, as somebody who copied
# it would build it; the programs on one crate of the tool name no other, and run; the component does what its WIT says.
{
  artifacts,
  callFile,
  cargo,
  fromHeftToml,
  lib,
  matrix,
  mkWasiMatrix,
  pkgs,
  runCommand,
  workspace,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  inherit (pkgs.stdenv.hostPlatform) system;
  artifact = artifacts."${matrix.recommended}-wasip2";

  # A program that uses one crate of the tool. members: what that crate is compiled from. arguments: what it
  # is run with; message: what it prints then.
  program =
    {
      folder,
      uses,
      members,
      arguments,
      message,
    }:
    cargo.build {
      pname = "example-on-${uses}";
      src = workspace.members members;
      nativeBuildInputs = [ pkgs.binaryen ];
      cargoArtifacts = null;
      postPatch = workspace.stubs + ''
        mkdir examples
        cp -r --no-preserve=mode ${folder} examples/program
        # A part of these is what it needs: the same versions as the tool's.
        cp Cargo.lock examples/program
      '';
      buildPhaseCargoCommand = ''
        cd examples/program
        cargo tree --offline --edges normal --depth 1 --prefix none >tree
        used=$(sed '1d; s/ .*//' tree)
        if [ "$used" != ${uses} ]; then
          echo "the example is to depend on ${uses} and on nothing else; it depends on:" $used
          exit 1
        fi
        cargo run --offline -- ${arguments} | tee said
        grep -F -e ${lib.escapeShellArg message} said
        cd -
      '';
      installPhaseCommand = "mkdir -p $out";
    };

  owners = folder: {
    inherit folder;
    uses = "heft-size";
    members = [
      "heft-data"
      "heft-size"
      "heft-wasm"
    ];
    arguments = "${artifact.file} ${artifact.names}";
    message = "wasi-libc";
  };
  smaller = {
    folder = ../examples/smaller;
    uses = "heft-optimize";
    members = [
      "heft-data"
      "heft-optimize"
      "heft-wasm"
    ];
    arguments = "${artifact.unoptimized} smaller.wasm";
    message = " B -> ";
  };

  # The example with one crate more.
  second = runCommand "owners" { } ''
    cp -r --no-preserve=mode ${../examples/owners} $out
    echo 'heft-wasm = { version = "0.1", path = "../../crates/heft-wasm" }' >>$out/Cargo.toml
  '';

  # The crate, from its heft.toml, without Nix of its own.
  crate = fromHeftToml {
    inherit pkgs;
    src = ../examples/crate;
  };

  # An example's flake, with this one as its input. changed: what is otherwise in what it gives to mkWasiMatrix.
  flake =
    changed: folder:
    lib.mapAttrs (_: output: output.${system}) (
      (import (folder + "/flake.nix")).outputs {
        self = throw "the example does not need itself";
        wasm-heft = {
          lib.mkWasiMatrix = given: mkWasiMatrix (given // changed);
          inputs.nixpkgs = {
            inherit lib;
            legacyPackages.${system} = pkgs;
          };
        };
      }
    );
  published = flake { } ../examples/published;
  allocator = flake { } ../examples/allocator;
  component = flake { } ../examples/component;

  # The component offers its interface, and it counts.
  offers =
    name: package:
    promises name
      {
        nativeBuildInputs = [
          pkgs.wasm-tools
          pkgs.wasmtime
        ];
      }
      {
        interface = ''
          wasm-tools component wit ${package}/wasm32-wasip2/words.wasm >wit
          if ! grep -F 'export example:words/counter@0.1.0' wit; then
            echo "the component does not offer its interface"
            exit 1
          fi
          export HOME=$PWD
          counted=$(wasmtime run --invoke 'count("to be, or not to be")' ${package}/wasm32-wasip2/words.wasm)
          if [ "$counted" != 6 ]; then
            echo "expected 6 words, counted $counted"
            exit 1
          fi
        '';
      };

  # All checks of one matrix, and its report, under their names.
  everything =
    name: { checks, packages, ... }:
    pkgs.linkFarm "example-${name}" (
      lib.mapAttrsToList (name: path: { inherit name path; }) checks
      ++ [
        {
          name = "report";
          path = packages.report;
        }
      ]
    );

  # The example's crate with limits that it does not keep.
  tight = pkgs.runCommand "tight" { } ''
    cp -r --no-preserve=mode ${../examples/crate} $out
    sed -i 's/100 KiB/1 KiB/' $out/budgets.toml
  '';
in
{
  checks = { };
  deep = {
    example-allocator = everything "allocator" allocator;
    example-component = pkgs.linkFarm "example-component" [
      {
        name = "matrix";
        path = everything "component" component;
      }
      {
        name = "offers";
        path = offers "component-offers" component.packages.wasm-talc;
      }
    ];
    example-crate = everything "crate" crate.words;
    example-owners = program (owners ../examples/owners);
    example-published = everything "published" published;
    example-smaller = program smaller;
    rejects-examples = rejects "examples" {
      # One of wasi-alloc's allocators where there is to be none.
      allocator = {
        check =
          (flake {
            allocators.mine = {
              features = [ "talc" ];
              heap = [ ];
            };
          } ../examples/allocator).checks.artifact-mine-wasip1;
        message = "wrong allocators linked";
      };
      budgets = {
        check =
          (fromHeftToml {
            inherit pkgs;
            src = ../examples/crate;
            budgets = "${tight}/budgets.toml";
          }).words.checks.numbers;
        message = "OVER";
      };
      # A component that is a command and nothing else.
      component = {
        check = offers "offers-nothing" crate.words.packages.wasm-talc;
        message = "the component does not offer its interface";
      };
      dependencies = {
        check = program (owners second);
        message = "depends on: heft-size heft-wasm";
      };
    };
  };
}
