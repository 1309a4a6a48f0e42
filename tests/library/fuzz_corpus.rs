//! The checks of the fuzz targets over the kept corpus, `fuzz/corpus/`, on any toolchain.

#[path = "../../fuzz/checks/mod.rs"]
pub(crate) mod checks;

use std::process::Command;

use crate::support::{TestResult, file_of_crate};

/// Set in the process that makes the checks.
const INSIDE: &str = "CALLKIT_FUZZ_CORPUS";

/// The commands run in the process of the checks and say what they have to say on its standard error, so it is one of
/// its own: this test once more.
#[test]
fn the_corpus_passes_every_check() -> TestResult {
    if std::env::var_os(INSIDE).is_some() {
        return check_all();
    }
    let this = ["--exact", "fuzz_corpus::the_corpus_passes_every_check", "--nocapture"];
    let ended = Command::new(std::env::current_exe()?).args(this).env(INSIDE, "1").output()?;
    let (said, errors) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success() && said.contains("1 passed"), "{said}{errors}");
    Ok(())
}

fn check_all() -> TestResult {
    for (name, check) in checks::TARGETS {
        let mut inputs = 0;
        for entry in std::fs::read_dir(file_of_crate("fuzz/corpus").join(name))? {
            let data = std::fs::read(entry?.path())?;
            check(&data);
            inputs += 1;
        }
        assert!(inputs > 0, "{name} has no corpus");
    }
    Ok(())
}
