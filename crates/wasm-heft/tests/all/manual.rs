//! `wasm-heft completions` and `wasm-heft man`: every command and every option is in what they write.

use crate::common::Place;

/// The commands that the help lists.
fn commands(place: &Place) -> Vec<String> {
    let help = place.heft("--help").ok().stdout();
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    listed
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .map(str::to_owned)
        .collect()
}

/// The long options in a command's help.
fn options(place: &Place, command: &str) -> Vec<String> {
    let help = place.heft(&format!("{command} --help")).ok().stdout();
    help.lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
        .filter_map(|line| line.split("--").nth(1))
        .filter_map(|rest| {
            rest.split(|c: char| c != '-' && !c.is_ascii_lowercase())
                .next()
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_has_a_page_and_every_option_stands_in_it() {
    let place = Place::new();
    std::fs::create_dir(place.path("man1")).unwrap();
    place.heft("man man1").ok();
    let commands = commands(&place);
    assert!(commands.len() >= 11, "{commands:?}");
    assert_eq!(
        place
            .list()
            .iter()
            .filter(|name| name.ends_with(".1"))
            .count(),
        0
    );
    let pages = std::fs::read_dir(place.path("man1")).unwrap().count();
    assert_eq!(
        pages,
        commands.len() + 1,
        "a page for each command and one for the program"
    );
    for command in commands {
        let page = place.read(&format!("man1/wasm-heft-{command}.1"));
        let page = String::from_utf8(page).unwrap().replace("\\-", "-");
        assert!(page.contains(".TH"), "{page}");
        // Tables keep their columns, under the headings that `--help` has.
        assert!(!page.contains(".SH EXTRA"), "{command}");
        let status = ".SH EXIT STATUS\n.nf\n0  ";
        assert!(page.contains(status), "{command}: {page}");
        let options = options(&place, &command);
        assert!(options.contains(&"color".to_owned()), "{options:?}");
        for option in options {
            assert!(
                page.contains(&format!("--{option}")),
                "{command} --{option}"
            );
        }
    }
}

#[test]
fn every_shell_knows_every_command_and_option() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.heft(&format!("completions {shell}")).ok().stdout();
        for command in commands(&place) {
            assert!(script.contains(&command), "{shell}: {command}");
            for option in options(&place, &command) {
                assert!(script.contains(&option), "{shell}: {command} --{option}");
            }
        }
    }
}

#[test]
fn bash_completes_the_options_of_each_command() {
    let place = Place::new();
    let script = place.heft("completions bash").ok().stdout();
    // What the line so far is called, and what is offered for it.
    let names: Vec<&str> = script
        .lines()
        .filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"'))
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() > commands(&place).len(), "{names:?}");
    for name in names {
        let case = format!("\n        {name})\n            opts=\"");
        assert!(script.contains(&case), "nothing is offered for {name}");
    }
}

#[test]
fn an_unknown_shell_and_a_missing_folder_are_wrong_usage() {
    let place = Place::new();
    let said = place.heft("completions tcl").refused();
    assert!(said.contains("tcl") && said.contains("bash"), "{said}");
    let said = place.heft("man nowhere").refused();
    assert!(
        said.contains("nowhere") && said.contains("create it first"),
        "{said}"
    );
    assert!(place.list().is_empty(), "nothing was written");
}
