# Without the features that need TLS and self-update.
{ buildFromRegistry }:

buildFromRegistry {
  pname = "cargo-nextest";
  version = "0.9.143";
  crate = "cargo-nextest";
  features = [ "default-no-update" ];
  # It starts tests and waits for them.
  optLevel = 0;
  hash = "sha256-iPbkMiSVjU4trAPK3QIqQOf03hy0cR/ZkRYpsnhj+DI=";
}
