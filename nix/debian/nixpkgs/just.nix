# Runs the recipes of a justfile.
{ released }:

released {
  pname = "just";
  wheel = "rust-just";
  version = "1.59.0";
  hashes = {
    aarch64-linux = "owWqkfxCXETjvMfV+q57jBUDCR2Oearh9oAdvcpHjiA=";
    x86_64-linux = "PuR/JuOv+RcQdgLVegjt4g30R/eNxPnOsI5XqIPFbrk=";
  };
}
