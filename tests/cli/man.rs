//! `man`: a page for each command, which the readers of manual pages take without a complaint.

use std::fs;
use std::path::Path;
use std::process::Command;

use callkit_tool::cli::VARIABLES;
use callkit_tool::commands::Cli;
use clap::CommandFactory;

use crate::support::{TestResult, left_out, tool, words};

/// The pages, as the readers of manuals are given them.
fn write_pages(folder: &Path) -> TestResult<Vec<String>> {
    tool(["man", "--out-dir"]).args([folder]).ends_with(0)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[test]
fn every_command_has_a_page_of_its_own() -> TestResult {
    let folder = tempfile::tempdir()?;
    let folder = folder.path().join("share/man1");
    let program = Cli::command();
    let commands = program.get_subcommands().map(|command| format!("callkit-tool-{}.1", command.get_name()));
    let mut expected: Vec<String> = commands.chain(["callkit-tool.1".to_owned()]).collect();
    expected.sort();
    assert_eq!(write_pages(&folder)?, expected);
    for name in expected {
        let page = fs::read_to_string(folder.join(&name))?;
        let printed = match name.strip_prefix("callkit-tool-").and_then(|name| name.strip_suffix(".1")) {
            Some(command) => words("man").args([command]).ends_with(0)?.text(),
            None => words("man").ends_with(0)?.text(),
        };
        assert_eq!(page, printed, "what is printed is what is written");
        for section in
            ["NAME", "SYNOPSIS", "OPTIONS", "ENVIRONMENT", "\"EXIT STATUS\"", "EXAMPLES", "\"SEE ALSO\""]
        {
            assert_eq!(page.matches(&format!("\n.SH {section}\n")).count(), 1, "{name}: {section}\n{page}");
        }
    }
    Ok(())
}

#[test]
fn pages_say_what_the_code_knows() -> TestResult {
    let tool = words("man").ends_with(0)?.text();
    for (name, ..) in VARIABLES {
        assert!(tool.contains(&format!("\\fB{}\\fR", name)), "{tool}");
    }
    let export = words("man export").ends_with(0)?.text();
    for text in [
        "\n\\fBcallkit\\-tool export\\fR ",
        "callkit\\-tool\\-export \\- ",
        "CALLKIT_SDKAPPID",
        "\\fB130\\fR",
        "\\-o calls.csv",
        ".callkit\\-tool\\-*.tmp",
    ] {
        assert!(export.contains(text), "{text}\n{export}");
    }
    let rules = words("man rules").ends_with(0)?.text();
    assert!(!rules.contains("CALLKIT_SDKAPPID") && !rules.contains(".SH FILES"), "{rules}");
    #[cfg(feature = "live")]
    assert!(words("man capture").ends_with(0)?.text().contains("\\fBLOG.refused\\fR"));
    Ok(())
}

#[test]
fn a_misspelled_command_is_refused() -> TestResult {
    let ran = words("man exprot").ends_with(2)?;
    assert_eq!(ran.errors(), "error: `exprot` is not a command; did you mean `export`?\n");
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("file"), "")?;
    let ran = tool(["man", "--out-dir", "file"]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("cannot write `file`"), "{ran}");
    Ok(())
}

#[test]
fn readers_of_manual_pages_have_no_complaint() -> TestResult {
    let folder = tempfile::tempdir()?;
    let names = write_pages(folder.path())?;
    // Pages are the same whenever they are made, so they have no date. The generator puts a break next to each empty line.
    const HARMLESS: [&str; 2] = ["missing date", "skipping paragraph macro: br"];
    let mandoc = ["-T", "lint", "-W", "warning"];
    let groff: [&str; 5] = ["-man", "-ww", "-z", "-T", "utf8"];
    for (reader, arguments) in [("mandoc", &mandoc[..]), ("groff", &groff[..])] {
        match Command::new(reader).args(arguments).args(&names).current_dir(folder.path()).output() {
            Ok(read) => {
                let said = [read.stdout, read.stderr].concat();
                let said = String::from_utf8_lossy(&said).into_owned();
                let said: Vec<&str> =
                    said.lines().filter(|line| !HARMLESS.iter().any(|known| line.contains(known))).collect();
                assert!(said.is_empty(), "{reader}:\n{}", said.join("\n"));
            }
            Err(error) => left_out(format_args!("{reader}: {error}")),
        }
    }
    Ok(())
}
