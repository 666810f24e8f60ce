//! Arguments to [`Command`].

use std::ffi::OsString;

use clawft_types::SessionId;

use crate::error::{Error, quoted};

/// The manual, as `clawft help` prints it.
pub(crate) const HELP: &str = include_str!("help.txt");

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print the manual.
    Help,
    /// Print the version.
    Version,
    /// Say whether the config is right.
    ConfigCheck {
        /// Where the config is, if not in the default place.
        config: Option<String>,
    },
    /// Print the config in use.
    ConfigShow {
        /// Where the config is, if not in the default place.
        config: Option<String>,
    },
    /// Answer a message.
    Agent {
        /// What to answer.
        message: MessageSource,
        /// The conversation it belongs to; none is remembered without.
        session: Option<SessionId>,
        /// Where the config is, if not in the default place.
        config: Option<String>,
    },
    /// Remember, find, or forget texts.
    Memory {
        /// Which of these.
        action: MemoryAction,
        /// Where the config is, if not in the default place.
        config: Option<String>,
    },
}

/// What to do with the vector memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryAction {
    /// Remember a text.
    Add {
        /// What to remember.
        text: MessageSource,
    },
    /// Print the texts that are most similar to another.
    Search {
        /// What to look for.
        text: MessageSource,
        /// How many to print at most.
        limit: u32,
    },
    /// Print all texts.
    List,
    /// Forget a text for good.
    Forget {
        /// The number it was remembered as.
        number: u32,
    },
}

/// Where a message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageSource {
    /// Given as it is.
    Text(String),
    /// All of standard input.
    Stdin,
}

/// The options of all commands; each command takes those it knows.
#[derive(Default)]
struct Options {
    message: Option<String>,
    session: Option<String>,
    config: Option<String>,
    limit: Option<String>,
    number: Option<String>,
    help: bool,
}

impl Options {
    /// The message that `command` cannot do without.
    fn message(&self, command: &str) -> Result<MessageSource, Error> {
        match self.message.as_deref() {
            None => Err(Error::new(format!(
                "`{command}` needs a message; add `-m TEXT`"
            ))),
            Some("-") => Ok(MessageSource::Stdin),
            Some(text) => Ok(MessageSource::Text(text.to_owned())),
        }
    }
}

/// Reads a command line, without the program's name.
///
/// # Errors
/// Names the argument that is wrong.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, Error> {
    let args = to_text(args)?;
    let mut rest = args.iter().map(String::as_str);
    match rest.next().unwrap_or_default() {
        "help" | "--help" | "-h" => alone(rest, Command::Help),
        "version" | "--version" | "-V" => alone(rest, Command::Version),
        "config" => parse_config(rest),
        "agent" => parse_agent(rest),
        "memory" => parse_memory(rest),
        other => Err(Error::new(format!(
            "unknown command {}; expected `agent`, `memory`, `config`, `help` or `version`",
            quoted(other)
        ))),
    }
}

fn to_text(args: impl IntoIterator<Item = OsString>) -> Result<Vec<String>, Error> {
    let mut text = Vec::new();
    for arg in args {
        let number = text.len() + 1;
        text.push(arg.into_string().map_err(|_| {
            Error::new(format!(
                "argument {number} is not UTF-8; pass a message in another encoding \
                 through `iconv -t UTF-8` and `-m -`"
            ))
        })?);
    }
    Ok(text)
}

fn alone<'a>(mut rest: impl Iterator<Item = &'a str>, command: Command) -> Result<Command, Error> {
    rest.next().map_or(Ok(command), |arg| Err(unexpected(arg)))
}

fn parse_config<'a>(mut rest: impl Iterator<Item = &'a str>) -> Result<Command, Error> {
    let what = rest.next().unwrap_or_default();
    if !matches!(what, "check" | "show") {
        return match what {
            "--help" | "-h" => Ok(Command::Help),
            _ => Err(Error::new(format!(
                "unknown command {}; expected `config check` or `config show`",
                quoted(format!("config {what}").trim_end())
            ))),
        };
    }
    let options = parse_options(&mut rest, &["--config"])?;
    let config = options.config;
    Ok(match what {
        _ if options.help => Command::Help,
        "check" => Command::ConfigCheck { config },
        _ => Command::ConfigShow { config },
    })
}

fn parse_agent<'a>(mut rest: impl Iterator<Item = &'a str>) -> Result<Command, Error> {
    let options = parse_options(&mut rest, &["--message", "--session", "--config"])?;
    if options.help {
        return Ok(Command::Help);
    }
    let message = options.message("agent")?;
    Ok(Command::Agent {
        message,
        session: options.session.as_deref().map(session_id).transpose()?,
        config: options.config,
    })
}

fn parse_memory<'a>(mut rest: impl Iterator<Item = &'a str>) -> Result<Command, Error> {
    let what = rest.next().unwrap_or_default();
    let known: &[&str] = match what {
        "add" => &["--message", "--config"],
        "search" => &["--message", "--limit", "--config"],
        "list" => &["--config"],
        "forget" => &["--number", "--config"],
        "--help" | "-h" => return Ok(Command::Help),
        _ => {
            return Err(Error::new(format!(
                "unknown command {}; expected `memory add`, `memory search`, `memory list` or \
                 `memory forget`",
                quoted(format!("memory {what}").trim_end())
            )));
        }
    };
    let options = parse_options(&mut rest, known)?;
    if options.help {
        return Ok(Command::Help);
    }
    let action = match what {
        "add" => MemoryAction::Add {
            text: options.message("memory add")?,
        },
        "search" => MemoryAction::Search {
            text: options.message("memory search")?,
            limit: search_limit(options.limit.as_deref().map(number).transpose()?)?,
        },
        "list" => MemoryAction::List,
        _ => MemoryAction::Forget {
            number: number(options.number.as_deref().ok_or_else(|| {
                Error::new(
                    "`memory forget` needs a number; add `--number N`, as `memory list` shows it",
                )
            })?)?,
        },
    };
    Ok(Command::Memory {
        action,
        config: options.config,
    })
}

/// How many memories a search shows, from what was asked for.
pub(crate) fn search_limit(limit: Option<u32>) -> Result<u32, Error> {
    const DEFAULT: u32 = 5;
    const MAX: u32 = 100;
    match limit.unwrap_or(DEFAULT) {
        limit @ 1..=MAX => Ok(limit),
        _ => Err(Error::new(
            "a search shows from 1 to 100 memories; give such a limit",
        )),
    }
}

fn number(text: &str) -> Result<u32, Error> {
    text.parse().map_err(|_| {
        Error::new(format!(
            "{} is not a number; give one such as 3",
            quoted(text)
        ))
    })
}

/// Takes a session's name as an option or a request gives it.
pub(crate) fn session_id(id: &str) -> Result<SessionId, Error> {
    SessionId::new(id)
        .map_err(|error| Error::new(format!("session {} is not a name: {error}", quoted(id))))
}

fn parse_options<'a>(
    rest: &mut impl Iterator<Item = &'a str>,
    known: &[&str],
) -> Result<Options, Error> {
    let mut options = Options::default();
    while let Some(arg) = rest.next() {
        let (name, attached) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (arg, None),
        };
        let name = if name == "-m" { "--message" } else { name };
        if matches!(name, "--help" | "-h") && attached.is_none() {
            options.help = true;
            continue;
        }
        if !known.contains(&name) {
            return Err(unexpected(arg));
        }
        let place = match name {
            "--message" => &mut options.message,
            "--session" => &mut options.session,
            "--limit" => &mut options.limit,
            "--number" => &mut options.number,
            _ => &mut options.config,
        };
        let value = attached
            .or_else(|| rest.next())
            .ok_or_else(|| Error::new(format!("`{name}` needs a value after it")))?;
        if place.replace(value.to_owned()).is_some() {
            return Err(Error::new(format!("`{name}` is given twice; give it once")));
        }
    }
    Ok(options)
}

fn unexpected(arg: &str) -> Error {
    let kind = if arg.starts_with('-') {
        "option"
    } else {
        "argument"
    };
    Error::new(format!(
        "unexpected {kind} {}; `clawft help` shows what each command takes",
        quoted(arg)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Command, String> {
        parse(args.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn an_agent_command_takes_its_options_in_any_order_and_both_spellings() {
        let expected = Ok(Command::Agent {
            message: MessageSource::Text("-x=1".to_owned()),
            session: SessionId::new("s").ok(),
            config: Some("c.json".to_owned()),
        });
        for args in [
            [
                "agent",
                "-m",
                "-x=1",
                "--session",
                "s",
                "--config",
                "c.json",
            ]
            .as_slice(),
            &["agent", "--config=c.json", "--session=s", "--message=-x=1"],
        ] {
            assert_eq!(parsed(args), expected);
        }
    }

    #[test]
    fn a_single_dash_means_standard_input() {
        let Ok(Command::Agent { message, .. }) = parsed(&["agent", "-m", "-"]) else {
            panic!("an agent command");
        };
        assert_eq!(message, MessageSource::Stdin);
    }

    #[test]
    fn help_is_found_wherever_it_is_asked_for() {
        for args in [
            ["help"].as_slice(),
            &["-h"],
            &["--help"],
            &["agent", "--help"],
            &["config", "-h"],
            &["config", "show", "--help"],
        ] {
            assert_eq!(parsed(args), Ok(Command::Help), "{args:?}");
        }
    }

    #[test]
    fn a_wrong_argument_is_named() {
        for (args, message) in [
            (["speak"].as_slice(), "unknown command `speak`"),
            (
                &["config"],
                "unknown command `config`; expected `config check`",
            ),
            (&["config", "set"], "unknown command `config set`"),
            (&["version", "now"], "unexpected argument `now`"),
            (&["agent"], "`agent` needs a message"),
            (&["agent", "-m"], "`--message` needs a value"),
            (
                &["agent", "-m", "a", "-m", "b"],
                "`--message` is given twice",
            ),
            (&["agent", "--loud"], "unexpected option `--loud`"),
            (&["config", "show", "-m", "a"], "unexpected option `-m`"),
            (
                &["agent", "-m", "a", "--session", "../x"],
                "session `../x` is not a name",
            ),
        ] {
            let error = parsed(args).expect_err("refused");
            assert!(error.starts_with(message), "{args:?}: {error}");
        }
    }
}
