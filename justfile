# Short names for what CONTRIBUTING.md explains. `just` lists them.
#
# NB: no recipe repeats a list that the flake has: targets, allocators and checks are data there.

system := arch() + "-" + replace(os(), "macos", "darwin")

_list:
    @just --list --unsorted

# Everything that a pull request has to pass
check:
    nix/run flake check --print-build-logs

# One check, e.g. `just one artifact-talc-wasip1`
one name:
    nix/run build .#checks.{{ system }}.{{ name }} --print-build-logs

# What takes long: all of it, or one, e.g. `just deep matrix-hexyl`
deep name="":
    nix/run build .#deep{{ if name == "" { "" } else { "." + name } }} --print-build-logs

# The tests of one crate, quickly, without the engine
test crate="wasm-heft" *arguments:
    cargo test --package {{ crate }} {{ if crate == "wasm-heft" { "--no-default-features --features analysis" } else { "" } }} {{ arguments }}

# Rewrite golden files of one crate; read them before you commit
bless crate="wasm-heft":
    BLESS=1 just test {{ crate }}

# Format and lint
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- --deny warnings

# Move the baselines to what is measured now, with a reason
accept reason:
    nix/run run .#accept -- --reason {{ quote(reason) }}

# The recommended variant, both targets
build:
    nix/run build .#default

# Names of a release's files, and the Action's scripts
release-check:
    release/check
    bash action/test.sh
