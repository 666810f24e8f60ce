# The profile min: it is as small as promised, its program still does its job, and the lock of the
# standard library that the build reads is the toolchain's own.
{
  callFile,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
  savingsMin,
  toolchain,
}:

let
  twin = callFile ./twin.nix;

  # Per cent less than the plain recipe; docs/min.md says what was measured.
  promised = {
    wasip1 = 37;
    wasip2 = 34;
  };
  atLeast =
    percent: target:
    runCommand "savings-min-${target}" { } ''
      saved=$(awk '$1 == "${target}" { print $5 }' ${savingsMin})
      if ! awk -v saved="$saved" 'BEGIN { exit !(saved + 0 >= ${toString percent}) }'; then
        echo "saved $saved % on ${target}, expected at least ${toString percent}"
        exit 1
      fi
      cp ${savingsMin} $out
    '';

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
    runCommand "reference-${name}" { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
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
      run wasmtime run --allow-precompiled --dir documents::documents compiled >$out
      if ! diff native $out; then
        echo "behaves otherwise: native on the left, ${name} on the right"
        exit 1
      fi
    '';
  native = "${programs.reference}/bin/reference";
  reference = target: "${savingsMin.artefacts.${target}.min}/reference.wasm";

  lock =
    file:
    runCommand "std-lock" { } ''
      if ! diff ${file} ${toolchain}/lib/rustlib/src/rust/library/Cargo.lock; then
        echo "nix/std-Cargo.lock is not the toolchain's: copy lib/rustlib/src/rust/library/Cargo.lock there"
        exit 1
      fi
      cp ${file} $out
    '';
in
lib.mapAttrs' (
  target: percent: lib.nameValuePair "savings-min-${target}" (atLeast percent target)
) promised
// lib.mapAttrs' (
  target: _:
  lib.nameValuePair "reference-${target}-min" (
    behaves "${target}-min" target (reference target) native
  )
) matrix.targets
// {
  twin-savings-min = twin "savings-min" (atLeast 90 "wasip1") "expected at least 90";

  # A program that says less.
  twin-reference-wasip1-min = twin "reference-wasip1-min" (behaves "silent-min" "wasip1" (reference
    "wasip1"
  ) "${programs.reference}/bin/reference --help") "behaves otherwise";

  std-lock = lock ../nix/std-Cargo.lock;
  twin-std-lock = twin "std-lock" (lock ../Cargo.lock) "nix/std-Cargo.lock is not the toolchain's";
}
