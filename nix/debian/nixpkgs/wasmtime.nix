# The version that nixpkgs has at the lock's revision.
{ buildFromRegistry }:

buildFromRegistry {
  pname = "wasmtime";
  version = "46.0.1";
  crate = "wasmtime-cli";
  features = [
    "compile"
    "component-model"
    "component-model-async"
    "cranelift"
    "gc"
    "gc-null"
    "parallel-compilation"
    "run"
    "threads"
    "wasi-http"
  ];
  hash = "sha256-UG6czEP11Ffc1F9frURi4R96+wPDJoAb8rsYvkrJBUw=";
}
