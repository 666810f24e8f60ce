# Native programs: the command line tool, and the module's native build that checks compare with.
{ cargo, workspace }:

let
  program =
    {
      package,
      bin,
      members,
    }:
    cargo.build {
      pname = bin;
      src = workspace.members members;
      cargoArtifacts = cargo.nativeDependencies;
      buildPhaseCargoCommand = "cargoWithProfile build --locked --package ${package} --bin ${bin}";
      installPhaseCommand = "install -D -t $out/bin target/release/${bin}";
      meta.mainProgram = bin;
    };
in
{
  wasm-heft = program {
    package = "wasm-heft";
    bin = "wasm-heft";
    members = [ "wasm-heft" ];
  };

  clawft = program {
    package = "clawft-wasm";
    bin = "clawft";
    members = [
      "clawft-types"
      "clawft-wasm"
      "wasi-alloc"
    ];
  };

  soundness = program {
    package = "alloc-workloads";
    bin = "soundness";
    members = [
      "alloc-workloads"
      "wasi-alloc"
    ];
  };
}
