//! `wasm-heft comment`

use crate::curl::{Curl, Transport};
use crate::render::{Key, render};
use crate::report::Report;
use crate::upsert::{Done, Repository, Step, Target, Upsert};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
GATE is what `wasm-heft gate --format json --report GATE` wrote. There is one comment for each KEY: it is
found by a hidden marker, renewed where it is, and created when it is missing. A token that may not write,
as that of a pull request from a fork, is said and is not an error: the summary of the run has the same.

Exit status:
  0  the comment says what the gate found, or the token may not write
  2  wrong usage, a file that cannot be read, or GitHub did not answer";

/// Keep one comment on a pull request that says what the gate found
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The gate's result as JSON
    #[arg(value_name = "GATE")]
    gate: PathBuf,

    /// The repository
    #[arg(long, value_name = "OWNER/NAME", env = "GITHUB_REPOSITORY")]
    repository: Option<String>,

    /// The pull request's number
    #[arg(long, value_name = "NUMBER", requires = "repository")]
    pull_request: Option<u64>,

    /// What tells this gate's comment from another's on the same pull request
    #[arg(long, value_name = "KEY", default_value = "gate")]
    key: Key,

    /// The address of the run, to link to
    #[arg(long, value_name = "URL")]
    details: Option<String>,

    /// Under which name the token comments
    #[arg(long, value_name = "LOGIN", default_value = "github-actions[bot]")]
    author: String,

    /// GitHub's API
    #[arg(
        long,
        value_name = "URL",
        env = "GITHUB_API_URL",
        default_value = "https://api.github.com"
    )]
    api: String,

    /// The token
    #[arg(
        long,
        value_name = "TOKEN",
        env = "GITHUB_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,

    /// Print the comment and send nothing
    #[arg(long, conflicts_with = "pull_request")]
    print: bool,
}

impl Args {
    /// Renders the comment and sends it. Returns what to print on standard output. `read` reads a file of
    /// text; `folder` is for temporary files.
    ///
    /// # Errors
    ///
    /// One line.
    pub fn run(
        &self,
        read: &dyn Fn(&Path) -> Result<String, String>,
        folder: &Path,
    ) -> Result<String, String> {
        let json = read(&self.gate)?;
        let report = Report::parse(&self.gate.display().to_string(), &json)?;
        let body = render(&report, &self.key, self.details.as_deref());
        if self.print {
            return Ok(body);
        }
        // NB: an environment variable that is there and empty says nothing.
        let repository = self.repository.as_ref().filter(|name| !name.is_empty());
        let (Some(repository), Some(number)) = (repository, self.pull_request) else {
            return Err(
                "no pull request is named; expected --repository and --pull-request, or --print"
                    .to_owned(),
            );
        };
        let repository: Repository = repository
            .parse()
            .map_err(|why| format!("--repository `{repository}`: {why}"))?;
        let Some(token) = self.token.as_ref().filter(|token| !token.is_empty()) else {
            return Ok(text(Done::NotAllowed));
        };
        let target = Target {
            api: self.api.trim_end_matches('/').to_owned(),
            repository,
            number,
        };
        let upsert = Upsert::new(target, self.key.marker(), self.author.clone(), body);
        let curl = Curl {
            token: token.clone(),
            folder: folder.to_owned(),
        };
        let done = converse(upsert, &curl)?;
        Ok(text(done))
    }
}

/// Runs a conversation to its end.
///
/// # Errors
///
/// One line, when GitHub did not answer or refused.
pub fn converse(mut upsert: Upsert, transport: &dyn Transport) -> Result<Done, String> {
    let mut request = upsert.first();
    loop {
        let response = transport.send(&request).map_err(|err| err.to_string())?;
        match upsert.next(&response).map_err(|err| err.to_string())? {
            Step::Send(next) => request = next,
            Step::Done(done) => return Ok(done),
        }
    }
}

fn text(done: Done) -> String {
    let text = match done {
        Done::Created => "the comment is there",
        Done::Renewed => "the comment is renewed",
        Done::Unchanged => "the comment says that already",
        Done::NotAllowed => {
            "no comment: the token may not write here, as in a pull request from a fork; the summary has the result"
        }
    };
    format!("{text}\n")
}
