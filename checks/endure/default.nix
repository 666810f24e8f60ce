# Allocators to the end, at length: the program that hung, with many seeds and sizes, against dlmalloc's fuel;
# memory filled to its last byte, for every row of the lab; a thousand million random operations for each
# allocator that ships. ../allocators.nix has a few runs of each.
#
# By hand, of modules that `cargo build -p alloc-workloads --bin endure` made: ./runs.sh says how.
{
  callFile,
  lib,
  matrix,
  modules,
  pkgs,
  programs,
}:

let
  promises = callFile ../promises.nix;
  rejects = callFile ../rejects.nix;
  # Of the program alone, so that what was run stays run while the tool changes.
  ofProgram = [ pkgs.wasmtime ];
  byTool = ofProgram ++ [
    pkgs.jq
    programs.wasm-heft
  ];
  try = tools: name: promises name { nativeBuildInputs = tools; };

  # A derivation for each row: they run beside each other, and each is run once.
  tryEach =
    tools: name: rows:
    pkgs.linkFarm name (
      lib.mapAttrsToList (row: script: {
        name = row;
        path = try tools "${name}-${row}" { ${row} = script; };
      }) rows
    );

  targets = lib.attrNames matrix.targets;
  # Those that ship, and the one that did.
  shipped = lib.attrNames matrix.allocators ++ [ "talc-tail" ];

  # form: "one-heap" or "unsound-plain". On wasip2 one heap is what there is if nobody asks for less.
  endure =
    {
      allocator,
      form,
      profile,
      target,
    }:
    let
      features = lib.optional (
        allocator != "system" && (form != "one-heap" || target == "wasip1")
      ) form;
    in
    "${
      modules.endure {
        inherit profile target;
        name = lib.concatStringsSep "-" (
          [ profile ]
          ++ lib.optional (form != "one-heap") "plain"
          ++ [
            allocator
            target
          ]
        );
        features = [ (matrix.featureOf "alloc-workloads" allocator) ] ++ features;
      }
    }/endure.wasm";

  # Every N with every seed, all allocators in one table. apart: an allocator that may take more fuel.
  replaces =
    {
      apart,
      blocks,
      profile,
      seeds,
      target,
    }:
    ''
      mapfile -t cases < <(
        for blocks in ${toString blocks}; do
          for seed in $(seq ${toString seeds}); do
            printf -- '--case\nreplace-%s-%s=replace %s %s\n' "$blocks" "$seed" "$blocks" "$seed"
          done
        done
      )
      wasm-heft bench ${
        lib.concatMapStringsSep " " (
          allocator:
          "${allocator}=${
            endure {
              inherit allocator profile target;
              form = "one-heap";
            }
          }"
        ) shipped
      } "''${cases[@]}" --no-time --timeout 600 --format json --report found >/dev/null || [ $? -eq 1 ]
      jq --raw-output --arg apart ${apart} --from-file ${./fuel.jq} found
    '';

  gibibytes = count: count * 1024 * 1024 * 1024;
  # In the last one the address space ends with the memory.
  limits = [
    (gibibytes 1)
    (gibibytes 2)
    (gibibytes 3)
    (gibibytes 4 - 65536)
    (gibibytes 4)
  ];
  runs =
    module: limits: seeds: command:
    "HOME=$PWD bash ${./runs.sh} ${module} '${toString limits}' '${toString seeds}' ${command}";
  # lol walks a list of all that is free: fewer runs, and none takes memory again. (lol-leaking, which frees
  # nothing, has no memory left to say how it went.)
  fills =
    module: allocator:
    if allocator == "lol" then
      map (seed: runs module limits [ seed ] "edge 0") [
        1
        2
      ]
    else
      [ (runs module limits (lib.range 1 20) "edge") ];

  each =
    attributes: f:
    lib.genAttrs' (lib.cartesianProduct attributes) (
      row: lib.nameValuePair (lib.concatStringsSep "-" (lib.attrValues row)) (f row)
    );
in
{
  checks = { };

  deep = {
    endure-replace = tryEach byTool "endure-replace" (
      each
        {
          profile = [
            "release-wasm"
            "release-wasm-speed"
          ];
          target = targets;
        }
        (
          row:
          replaces (
            row
            // {
              apart = "lol";
              blocks = [
                200
                1000
                2000
                4000
                8000
                16000
              ];
              seeds = 20;
            }
          )
        )
    );
    endure-edge = tryEach ofProgram "endure-edge" (
      each
        {
          allocator = lib.filter (allocator: allocator != "lol-leaking") matrix.labAllocators;
          form = [
            "one-heap"
            "unsound-plain"
          ];
          target = targets;
        }
        (
          row:
          lib.concatStringsSep "\n" (
            fills (endure (
              row
              // {
                profile = "release-wasm";
              }
            )) row.allocator
          )
        )
    );
    # 50 runs of 20,000,000 operations: in 8 MiB, where requests are refused, and in 2 GiB.
    endure-random = tryEach ofProgram "endure-random" (
      each
        {
          allocator = shipped;
          target = targets;
        }
        (
          row:
          runs (endure (
            row
            // {
              form = "one-heap";
              profile = "release-wasm";
            }
          )) [ (8 * 1024 * 1024) (gibibytes 2) ] (lib.range 1 25) "random 20000000"
        )
    );
    rejects-endure = rejects "endure" {
      # lol takes more than it may when nobody says that it may.
      fuel = {
        check = try byTool "endure-fuel" {
          replace = replaces {
            apart = "none";
            blocks = [ 2000 ];
            profile = "release-wasm";
            seeds = 1;
            target = "wasip1";
          };
        };
        message = "lol replace-2000-1: ok, fuel";
      };
      # What frees nothing has no memory left.
      memory = {
        check = try ofProgram "endure-memory" {
          edge =
            runs
              (endure {
                allocator = "lol-leaking";
                form = "one-heap";
                profile = "release-wasm";
                target = "wasip1";
              })
              [ (gibibytes 1) ]
              [ 1 ]
              "edge";
        };
        message = "1 of 1 runs of";
      };
    };
  };
}
