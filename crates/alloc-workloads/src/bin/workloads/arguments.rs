//! The command line.

use crate::definition::Workload;
use crate::workload;
use std::ffi::OsString;

/// What is to be done.
pub(crate) enum Request {
    Help,
    List,
    Run {
        workload: &'static Workload,
        rounds: u32,
    },
}

/// Reads the arguments after the program's name.
///
/// # Errors
///
/// A line that says what was found and what is expected.
pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Request, String> {
    let mut name = None;
    let mut rounds = None;
    let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Request::Help),
            "--rounds" => rounds = Some(number(arguments.next())?),
            option if option.starts_with('-') => {
                return Err(format!("unknown option `{option}`; known: --rounds --help"));
            }
            _ if name.is_none() => name = Some(argument),
            second => {
                return Err(format!(
                    "one workload at a time; found `{second}` after the name"
                ));
            }
        }
    }
    let name = name.ok_or_else(|| format!("which workload? known: {}", known()))?;
    if name == "list" {
        return Ok(Request::List);
    }
    let workload = workload::named(&name)
        .ok_or_else(|| format!("no workload `{name}`; known: {}", known()))?;
    Ok(Request::Run {
        workload,
        rounds: rounds.unwrap_or(workload.rounds),
    })
}

fn number(argument: Option<String>) -> Result<u32, String> {
    let argument = argument.ok_or("`--rounds` is the last argument; expected a number after it")?;
    match argument.parse() {
        Ok(rounds) if rounds > 0 => Ok(rounds),
        _ => Err(format!(
            "`--rounds {argument}`; expected a whole number from 1 to {}",
            u32::MAX
        )),
    }
}

fn known() -> String {
    let names: Vec<&str> = workload::ALL.iter().map(|workload| workload.name).collect();
    names.join(" ")
}
