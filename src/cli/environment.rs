//! The variables of the environment that the tool reads.

use std::ffi::OsString;

/// The SDKAppIDs of the user.
pub const SDKAPPIDS: &str = "CALLKIT_SDKAPPID";

/// Each variable: its name, the id of an argument that all commands affected by it take, and what it does. The system's
/// libraries read the last one.
pub const VARIABLES: [(&str, &str, &str); 6] = [
    ("NO_COLOR", "color", "if set, nothing is coloured without `--color always`"),
    ("CLICOLOR_FORCE", "color", "if set to anything but 0, files and pipes are coloured too"),
    (SDKAPPIDS, "sdkappid", "your SDKAppIDs, separated by commas, without `--sdkappid`"),
    ("TERM", "color", "if it is `dumb`, a terminal gets neither colours nor signs beyond ASCII"),
    (
        "LC_ALL",
        "color",
        "if it, `LC_CTYPE` or `LANG` names a locale that is not UTF-8, a terminal gets ASCII",
    ),
    ("TMPDIR", "inputs", "the folder for temporary files, for what does not fit in memory"),
];

/// The value of a variable; an empty one counts as unset.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
