//! The text of the file → defaults.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::default::{ConfigKey, ProjectDefault};
use crate::cli::rule_levels::{LEVEL_WORDS, check_rule};
use crate::cli::usage::Usage;
use crate::cli::values::{parse_app, parse_zone};
use crate::source::plain;
use crate::suggest::did_you_mean_or;

/// Longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// What is wrong, and where in the text.
type Wrong = (Range<usize>, String);

/// A value for an option, and where it is in the text.
type PlacedValue = (Range<usize>, String);

/// Reads the file; messages name it as `shown`.
pub(super) fn read(path: &Path, shown: &Path) -> Result<Vec<ProjectDefault>, Usage> {
    let name = shown.display();
    let unreadable = |cause: &str| Usage::Wrong(format!("cannot read `{name}`: {cause}"));
    let metadata = path.metadata().map_err(|error| unreadable(&plain(&error)))?;
    if !metadata.is_file() {
        return Err(unreadable("it is not a regular file"));
    }
    if metadata.len() > LONGEST {
        return Err(unreadable("it is over 1 MiB long"));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(&plain(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    let at = |(span, what): Wrong| Usage::Wrong(format!("{name}:{}: {what}", line_of(&text, &span)));
    parse(&text).map_err(at)
}

/// The line, from 1, that a range begins on.
fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
}

fn parse(text: &str) -> Result<Vec<ProjectDefault>, Wrong> {
    let table = DeTable::parse(text).map_err(|error| {
        let what = error.message().lines().next().unwrap_or("not TOML").to_owned();
        (error.span().unwrap_or_default(), what)
    })?;
    let mut defaults = Vec::new();
    for (name, value) in table.get_ref() {
        let key = key(name)?;
        let values = match key {
            ConfigKey::SdkAppIds => apps(value)?,
            ConfigKey::Tz | ConfigKey::LogTz => vec![zone(value)?],
            ConfigKey::TokenEnv => vec![variable_name(value)?],
            ConfigKey::Levels => levels(value)?,
        };
        let lines = values.iter().map(|(at, _)| line_of(text, at)).collect();
        let values = values.into_iter().map(|(_, value)| value).collect();
        defaults.push(ProjectDefault { key, values, line: line_of(text, &name.span()), lines });
    }
    defaults.sort_by_key(|default| default.line);
    Ok(defaults)
}

fn key(name: &Spanned<DeString<'_>>) -> Result<ConfigKey, Wrong> {
    let word = name.get_ref().as_ref();
    ConfigKey::ALL.into_iter().find(|key| key.as_str() == word).ok_or_else(|| {
        let help = did_you_mean_or(word, ConfigKey::ALL.iter().map(|key| key.as_str()), "there are");
        (name.span(), format!("`{word}` is not a setting; {help}"))
    })
}

/// SDKAppIDs: one number, or a list of numbers.
fn apps(value: &Spanned<DeValue<'_>>) -> Result<Vec<PlacedValue>, Wrong> {
    let app = |value: &Spanned<DeValue<'_>>| {
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        match parse_app(&text) {
            Ok(_) => Ok((value.span(), text)),
            Err(error) => Err((value.span(), format!("a value of `sdkappids` is {error}"))),
        }
    };
    match value.get_ref() {
        DeValue::Array(list) if list.is_empty() => {
            Err((value.span(), "`sdkappids` is empty; leave it out to allow any".to_owned()))
        }
        DeValue::Array(list) => list.iter().map(app).collect(),
        _ => Ok(vec![app(value)?]),
    }
}

fn text<'v>(value: &'v Spanned<DeValue<'_>>, what: &str) -> Result<&'v str, Wrong> {
    value.get_ref().as_str().ok_or_else(|| (value.span(), format!("{what} must be in quotes")))
}

fn zone(value: &Spanned<DeValue<'_>>) -> Result<PlacedValue, Wrong> {
    let name = text(value, "the name of a zone")?;
    parse_zone(name).map_err(|error| (value.span(), error.to_string()))?;
    Ok((value.span(), name.to_owned()))
}

/// The name of a variable, as `--token` takes it. What cannot be one may be the token itself, and is not repeated.
fn variable_name(value: &Spanned<DeValue<'_>>) -> Result<PlacedValue, Wrong> {
    let name = text(value, "the name of a variable")?;
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match is_name {
        true => Ok((value.span(), format!("env:{name}"))),
        false => Err((
            value.span(),
            "`token_env` must be the name of a variable of the environment; the token itself does not belong here"
                .to_owned(),
        )),
    }
}

/// Levels of rules, families and `all`, as the hidden option takes them.
fn levels(value: &Spanned<DeValue<'_>>) -> Result<Vec<PlacedValue>, Wrong> {
    let DeValue::Table(table) = value.get_ref() else {
        return Err((value.span(), "`levels` must be a table, such as `[levels]`".to_owned()));
    };
    let mut rows: Vec<PlacedValue> = Vec::new();
    for (rule, level) in table {
        check_rule(rule.get_ref().as_ref()).map_err(|error| (rule.span(), error.to_string()))?;
        let word = text(level, "a level")?;
        if LEVEL_WORDS.iter().all(|(known, _)| *known != word) {
            let help = did_you_mean_or(word, LEVEL_WORDS.iter().map(|(word, _)| *word), "there are");
            return Err((level.span(), format!("`{word}` is not a level; {help}")));
        }
        rows.push((rule.span(), format!("{word}={}", rule.get_ref())));
    }
    rows.sort_by_key(|(at, _)| at.start);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Option<(usize, String)> {
        parse(text).err().map(|(span, what)| (line_of(text, &span), what))
    }

    #[test]
    fn all_keys() {
        let text = "tz = 'Asia/Shanghai'\nlog_tz = \"+08:00\"\nsdkappids = [1_400_000_001, 1400000002]\n\
                    token_env = 'CALLKIT_TOKEN'\n[levels]\n'url' = 'error'\n\"body/type\" = 'allow'\n";
        let defaults = parse(text).unwrap_or_default();
        let rows: Vec<_> =
            defaults.iter().map(|it| (it.key.as_str(), it.line, it.values.join(" "))).collect();
        assert_eq!(
            rows,
            [
                ("tz", 1, "Asia/Shanghai".to_owned()),
                ("log_tz", 2, "+08:00".to_owned()),
                ("sdkappids", 3, "1400000001 1400000002".to_owned()),
                ("token_env", 4, "env:CALLKIT_TOKEN".to_owned()),
                ("levels", 5, "error=url allow=body/type".to_owned()),
            ]
        );
    }

    #[test]
    fn errors_name_their_line() {
        for (text, line, what) in [
            ("\ntzz = 'UTC'", 2, "`tzz` is not a setting; did you mean `tz`?"),
            ("output = 'x'", 1, "`output` is not a setting; there are `sdkappids`, `tz`"),
            ("tz = 'Mars'", 1, "`Mars` is not a time zone"),
            ("tz = 8", 1, "the name of a zone must be in quotes"),
            ("sdkappids = [\n1,\n-2]", 3, "a value of `sdkappids` is not an SDKAppID"),
            ("sdkappids = []", 1, "`sdkappids` is empty"),
            ("[levels]\n\n'body/typ' = 'error'", 3, "did you mean `body/type`?"),
            ("[levels]\nbody = 'errors'", 2, "`errors` is not a level; did you mean `error`?"),
            ("levels = 'error'", 1, "`levels` must be a table"),
            ("tz = 'UTC'\ntz = 'UTC'", 2, "duplicate key"),
            ("tz = ", 1, ""),
        ] {
            let (found, said) = wrong(text).unwrap_or_default();
            assert_eq!(found, line, "{text}: {said}");
            assert!(said.contains(what), "{text}: {said}");
        }
        let secret = wrong("token_env = 'se-cret'").unwrap_or_default().1;
        assert!(secret.contains("the token itself") && !secret.contains("se-cret"), "{secret}");
    }
}
