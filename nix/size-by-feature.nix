# What each feature of the program costs in bytes: the recommended variant with one of them at a time,
# and the stub, which has none, with every allocator.
{
  artifacts,
  lib,
  matrix,
  modules,
  optimize,
  pkgs,
  programs,
  runCommand,
}:

let
  # Without the program's own features; `stub` says so.
  allocatorOnly = lib.filter (feature: feature != "full");

  of =
    name: variant: features:
    "${
      optimize {
        name = "clawft-${name}";
        bin = "clawft";
        inherit (matrix) exports;
        arguments = matrix.passes "release-wasm";
        module = modules.clawft {
          inherit name;
          inherit (variant) target;
          features = allocatorOnly variant.features ++ features;
        };
      }
    }/clawft.wasm";

  stubs = lib.mapAttrs' (
    _: variant:
    let
      name = "${variant.allocator}-${variant.target}-stub";
    in
    lib.nameValuePair name (of name variant [ "stub" ])
  ) shipped;

  # Profiles that compile std anew say nothing about features.
  shipped = lib.genAttrs' (lib.cartesianProduct {
    allocator = lib.attrNames matrix.allocators;
    target = lib.attrNames matrix.targets;
  }) ({ allocator, target }: lib.nameValuePair "${allocator}-${target}" artifacts."${allocator}-${target}");

  row =
    target: label: file:
    "${target}\t${label}\t${file}";
  rows =
    target:
    let
      name = "${matrix.recommended}-${target}";
      variant = shipped.${name};
      with' = features: of "${name}-${lib.concatStringsSep "-" features}" variant features;
    in
    [
      (row target "stub" stubs."${name}-stub")
      (row target "files" (with' [ "files" ]))
      (row target "memory (and files)" (with' [ "memory" ]))
      (row target "http" (with' [ "http" ]))
      (row target "full" variant.file)
    ];
in
{
  inherit stubs;

  table =
    runCommand "size-by-feature.md"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
        rows = lib.concatMapStrings (row: row + "\n") (
          lib.concatMap rows (lib.attrNames matrix.targets)
        );
        passAsFile = [ "rows" ];
      }
      ''
        wasm-heft size --format json $(cut -f 3 "$rowsPath") >sizes.json
        cut -f 1,2 "$rowsPath" | jq --raw-input --raw-output --slurp --slurpfile sizes sizes.json '
          def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
          def bytes: "\(grouped) B";
          def more: if . > 0 then "+\(bytes)" else "" end;
          ($sizes[0].files | map({ raw: .raw_bytes, gzip: .gzip_bytes, brotli: .brotli_bytes })) as $sizes
          | [split("\n")[] | select(. != "") | split("\t")] | to_entries
          | map({ target: .value[0], label: .value[1] } + $sizes[.key])
          | . as $all
          | "| target | features | raw | gzip | brotli | raw more than the stub |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
            (.[] | . as $row
              | ($all[] | select(.target == $row.target and .label == "stub")) as $stub
              | "| \(.target) | \(.label) | \(.raw | bytes) | \(.gzip | bytes) | \(.brotli | bytes) | \(.raw - $stub.raw | more) |")
        ' >$out
      '';
}
