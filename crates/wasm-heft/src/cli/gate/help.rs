//! The manual at the end of `gate --help`.

pub(super) const AFTER_HELP: &str = "\
Columns of budgets:
  artifact  the NAME given
  measure   raw; gzip level 9 without name and time; brotli quality 11, window 2^22
  size      exact bytes
  limit     the ceiling from the budgets file; equal passes
  guard     a ceiling that follows the sizes, below the limit; - where there is none
  room      guard less size, without one limit less size; below zero it is how far over
  stretch   the wish below the limit: met or missed; - where there is none
  verdict   ok, OVER, or not budgeted where the file sets no limit
  where     file and line of the limit

Columns of baselines:
  baseline  what was last accepted, for the same tools
  change    size less baseline
  allowed   growth that passes: the tolerance in the file
  verdict   same; within the tolerance; GREW or WORSE beyond it; shrank or better beyond it (fails
            with --locked); MISSING from the baseline; EXTRA in it; BROKE: a run ends otherwise than
            it did; unknown tools: nothing to compare with, only budgets and ratios hold it
  where     file and line of the accepted number
  Below them, for what moved: the ten crates that grew most.

The budgets file:
    schema = 1

    [[budget]]
    artifacts = [\"*-wasip1\", \"*-wasip2\"]   # `*` stands for any run of characters
    raw = { limit = \"350 KiB\", guard = \"310 KiB\", stretch = \"300 KiB\" }
    gzip = { limit = \"150 KiB\" }           # units: B, KiB, MiB

    [[ratio]]                                # of a benchmark, in one run; needs no baseline
    of = \"talc-*\"                            # modules; `*` stands for any text
    to = \"dlmalloc-*\"                        # and here for the same
    measures = [\"fuel\", \"grown_pages\"]     # or fuel_bulk_once
    cases = [\"*\"]                            # all of them unless it says otherwise
    limit = 0.95                             # the geometric mean over the cases, at most
    worst = 1.05                             # a single case, at most; may be left out

  Every artifact needs exactly one budget, and every pattern an artifact; every ratio two modules
  (but see --partial). A budget limits something; sizes without a limit are not measured.

Memory (--sound):
  What the host hands to a component is put into memory from `cabi_realloc`, and wasi-libc gives
  some of it to C's `free`. Where these two are two allocators memory is corrupted; the crate
  wasi-alloc with its feature one-heap puts one under both. Known from function names:
  `X.names.wasm` beside `X.wasm`, or the file's own. A core module has no such function and passes.

Baselines:
  Sizes are compared with those of the same tools: the fingerprint in the record beside the artifact
  (`X.json` beside `X.wasm`), less its `...-lock` pairs, which describe the source, and the
  compressors; for benchmarks, the same and the engine. When the tools are not in the baseline, one
  line says which differ, and only budgets and ratios hold: without them that is an error.
  What grew is told by crate if the symbols file is there (`X.names.wasm` beside `X.wasm`).
  Only `wasm-heft accept` moves a baseline, so growth in small steps adds up until it fails.

Examples:
    wasm-heft gate --budgets baselines/budgets.toml talc-wasip1=clawft.wasm --partial
    wasm-heft gate --budgets budgets.toml --format markdown --report sizes.md app=app.wasm
    wasm-heft gate --budgets budgets.toml --baseline sizes.json --format github app=app.wasm
    wasm-heft gate --sound app=app.wasm
    wasm-heft gate --budgets budgets.toml --bench result.json
    wasm-heft gate --bench result.json --bench-baseline bench.json --record app.json";
