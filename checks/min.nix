# A program with std compiled for size still does its job: files, standard input and errors, output and exit
# codes as natively.
{
  callFile,
  lib,
  matrix,
  pkgs,
  programs,
  savingsMin,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  documents = {
    good = ''
      { "title": "Tools \u0026 books", "edition": 3, "tags": ["b", "a", "b"], "limits": { "weight": 1.5e-7 },
        "items": [
          { "id": 7, "name": "Säge", "kind": "tool", "price": 12.3 },
          { "id": 2, "name": "Atlas", "kind": { "book": { "pages": 412 } }, "price": 0.1, "replaces": 1 },
          { "id": 3, "name": "both", "kind": { "set": [7, 2] }, "price": 1e21 }
        ] }
    '';
    twice = ''
      { "title": "", "edition": 1, "items": [
        { "id": 1, "name": "a", "kind": "tool", "price": 1 }, { "id": 1, "name": "b", "kind": "tool", "price": 1 } ] }
    '';
    type = ''{ "title": "x", "edition": "three", "items": [] }'';
    cut = ''{ "title": "x", "edi'';
  };

  # Files, standard input and errors: output and exit codes as natively. (A component's failure is 1.)
  behaves =
    name: target: file: native:
    promises "reference-${name}" { nativeBuildInputs = [ pkgs.wasmtime ]; } { behaves = ''
      export HOME=$PWD
      mkdir documents
      ${lib.concatStrings (
        lib.mapAttrsToList (name: text: ''
          cp ${builtins.toFile name text} documents/${name}.json
        '') documents
      )}
      wasmtime compile ${file} -o compiled
      # NB: an error of the system has another number on WASI.
      run() {
        local code document
        for document in documents/*.json documents/absent.json; do
          code=0
          "$@" "$document" 2>&1 || code=$?
          echo "exit $code"
        done | sed 's/ (os error [0-9]*)//'
        code=0
        "$@" <documents/good.json 2>&1 || code=$?
        echo "exit $code"
      }
      run ${native} ${lib.optionalString (target == "wasip2") "| sed 's/^exit 2$/exit 1/'"} >native
      run wasmtime run --allow-precompiled --dir documents::documents compiled >found
      if ! diff native found; then
        echo "behaves otherwise: native on the left, ${name} on the right"
        exit 1
      fi
    ''; };
  native = "${programs.reference}/bin/reference";
  reference = target: "${savingsMin.artifacts.${target}.min}/reference.wasm";
in
{
  checks = { };

  deep =
    lib.mapAttrs' (
      target: _:
      lib.nameValuePair "reference-${target}-min" (
        behaves "${target}-min" target (reference target) native
      )
    ) matrix.targets
    // {
      # A program that says less.
      rejects-reference-min = rejects "reference-min" {
        silent = {
          check = behaves "silent-min" "wasip1" (reference "wasip1") "${native} --help";
          message = "behaves otherwise";
        };
      };
    };
}
