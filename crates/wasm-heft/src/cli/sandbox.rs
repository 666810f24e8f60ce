//! The sandbox that `wasm-heft bench` and `wasm-heft profile` run programs in, as their arguments say.

use super::bench::arguments::{self, PreopenArgument};
use super::options::Verdict;
use super::output;
use heft_bench::{Expectation, Limits, ModuleFile, Preopen, Request};
use heft_data::bench_result::{Case, Outcome};
use heft_optimize::ending::TempFolder;
use heft_wasm::bytes::Bytes;
use std::path::PathBuf;
use std::time::Duration;
use wasm_heft::files;

#[derive(Debug, clap::Args)]
pub(super) struct Sandbox {
    /// A folder for the programs, under the name GUEST; each run gets a fresh copy
    #[arg(long = "dir", value_name = "HOST[::GUEST]")]
    preopens: Vec<PreopenArgument>,

    /// An environment variable; there are no others
    #[arg(long, value_name = "NAME=VALUE", value_parser = arguments::variable)]
    env: Vec<(String, String)>,

    /// Standard input of every run; empty without it
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,

    /// Memory a program may have, over all its linear memories
    #[arg(long, value_name = "SIZE", default_value = "1024 MiB", value_parser = arguments::size)]
    max_memory: Bytes,

    /// How long one run may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = arguments::seconds)]
    timeout: Duration,

    /// What the folders of --dir may hold, all together
    #[arg(long, value_name = "SIZE", default_value = "1024 MiB", value_parser = arguments::size)]
    max_dir: Bytes,

    /// What a program may print
    #[arg(long, value_name = "SIZE", default_value = "16 MiB", value_parser = arguments::size)]
    max_output: Bytes,
}

impl Sandbox {
    /// Every module with every case in this sandbox: nothing subtracted, compared or timed. Copies of
    /// folders go to `temporary`, which is gone even when the program is told to end.
    pub(super) fn request(
        &self,
        modules: Vec<ModuleFile>,
        cases: Vec<Case>,
        temporary: &TempFolder,
    ) -> anyhow::Result<Request> {
        let preopens: Vec<Preopen> = self.preopens.iter().map(|f| f.0.clone()).collect();
        for note in heft_bench::left_out(&preopens)? {
            output::say(&format!("note: {note}"));
        }
        Ok(Request {
            modules,
            cases,
            startup: None,
            env: self.env.clone(),
            stdin: match &self.stdin {
                Some(path) => files::read(path)?,
                None => Vec::new(),
            },
            preopens,
            temporary: temporary.path().to_owned(),
            expectation: Expectation::Anything,
            limits: Limits {
                memory: self.max_memory,
                time: self.timeout,
                preopens: self.max_dir,
                output: self.max_output,
            },
            runs: 0,
            curve: false,
            operations: false,
        })
    }
}

/// No, if a run ended otherwise than well; standard error says so. `runs` is what they are called.
pub(super) fn verdict<'a>(outcomes: impl Iterator<Item = &'a Outcome>, runs: &str) -> Verdict {
    let (mut bad, mut all) = (0, 0);
    for outcome in outcomes {
        all += 1;
        bad += usize::from(*outcome != Outcome::Ok);
    }
    if bad == 0 {
        return Verdict::Pass;
    }
    output::say(&format!(
        "error: {bad} of {all} {runs} did not end well; the last lines say how"
    ));
    Verdict::No
}
