//! Completions, as bash, zsh and fish themselves make them of the scripts.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{TestResult, left_out, words};

/// What is typed before the tab, and some of what must be offered for it.
const OFFERED: [(&str, &[&str]); 17] = [
    ("", &["validate", "summarize", "export", "show", "why", "rules", "completions", "man", "help"]),
    ("su", &["summarize"]),
    ("export --col", &["--color", "--columns"]),
    ("export --format ", &["csv", "jsonl"]),
    ("export --format j", &["jsonl"]),
    ("validate --strict --format gi", &["github"]),
    ("export --columns call_", &["call_id", "call_type"]),
    ("validate --warn body/ty", &["body/type"]),
    ("validate --allow a", &["all"]),
    ("rules url/optp", &["url/optplatform"]),
    ("simulate --causes gave", &["gave_up", "gave_up_before_ring"]),
    ("help ca", &["causes", "capture-behind-nginx"]),
    ("man exp", &["export"]),
    ("completions z", &["zsh"]),
    ("figures tim", &["time_to_answer_seconds"]),
    ("validate --info body/ty", &["body/type"]),
    ("validate --min-level w", &["warning"]),
];

/// Prints what bash offers: the script is read, and its function called as bash calls it.
const BASH: &str = r#"
source "$1"
read -ra COMP_WORDS <<< "$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
complete -p callkit-tool | grep --quiet 'F _callkit__tool ' || exit 9
_callkit__tool callkit-tool "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// The same of fish.
const FISH: &str = r#"source $argv[1]; complete -C $argv[2]"#;

/// The same of zsh, whose completion works in a terminal alone: a second one types there, and what would be shown is
/// printed instead.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "source ${(q)1}.setup"
local line
repeat 9; do zpty -r inner line; [[ $line == *ready* && $line != *source* ]] && break; done
zpty -n -w inner "$2"$'\t'
local is_offer=false
while zpty -r inner line; do
    [[ $line == *END_OF_OFFERS* ]] && break
    $is_offer && print -r -- "$line"
    [[ $line == *BEGIN_OF_OFFERS* ]] && is_offer=true
done
zpty -d inner
"#;

/// What the inner zsh is told.
const ZSH_SETUP: &str = r#"
PROMPT=
unset zle_bracketed_paste
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    print -rl -- '' $hits
    builtin compadd "$@"
}
begin() { print; print -r -- BEGIN_OF_OFFERS }
finish() { print -r -- END_OF_OFFERS; exit }
compprefuncs=(begin)
comppostfuncs=(finish)
source SCRIPT
compdef _callkit-tool callkit-tool
print ready
"#;

/// The words that a shell offers for a line; none if there is no such shell.
fn offers(shell: &str, line: &str) -> TestResult<Option<Vec<String>>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("script");
    fs::write(&path, words("completions").args([shell]).ends_with(0)?.stdout)?;
    fs::write(folder.path().join("script.setup"), ZSH_SETUP.replace("SCRIPT", &path.to_string_lossy()))?;
    let mut command = Command::new(shell);
    match shell {
        "bash" => command.args(["--noprofile", "--norc", "-c", BASH, "bash"]),
        "fish" => command.args(["--no-config", "-c", FISH]),
        _ => command.args(["-f", "-c", ZSH, "zsh"]),
    };
    command.arg(&path).arg(line).current_dir(folder.path());
    command.env("HOME", folder.path()).env("TERM", "dumb").stdin(Stdio::null());
    let ended = match command.output() {
        Ok(ended) => ended,
        Err(error) => {
            left_out(format_args!("{shell}: {error}"));
            return Ok(None);
        }
    };
    let said = String::from_utf8_lossy(&ended.stdout);
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(errors.is_empty(), "{shell}, `{line}`: {errors}");
    let word = |line: &str| line.split(['\t', '\r']).next().unwrap_or_default().trim().to_owned();
    Ok(Some(said.lines().map(word).filter(|word| !word.is_empty()).collect()))
}

fn check(shell: &str) -> TestResult {
    for (typed, expected) in OFFERED {
        let line = format!("callkit-tool {typed}");
        let Some(offered) = offers(shell, &line)? else { return Ok(()) };
        for word in expected {
            assert!(
                offered.iter().any(|offer| offer == word),
                "{shell}, `{line}`: {word} not in {offered:?}"
            );
        }
        let beginning = typed.rsplit(' ').next().unwrap_or_default();
        let stray = offered.iter().find(|offer| !offer.starts_with(beginning));
        assert!(stray.is_none(), "{shell}, `{line}`: offers {stray:?}");
    }
    Ok(())
}

#[test]
fn bash_completes() -> TestResult {
    check("bash")
}

#[test]
fn zsh_completes() -> TestResult {
    check("zsh")
}

#[test]
fn fish_completes() -> TestResult {
    check("fish")
}

#[test]
fn every_shell_has_a_script() -> TestResult {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = words("completions").args([shell]).ends_with(0)?.text();
        assert!(script.contains("callkit-tool") && script.contains("summarize"), "{script}");
    }
    Ok(())
}
