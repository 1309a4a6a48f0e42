//! The checks of the fuzz targets over the kept corpus, `fuzz/corpus/`, on any toolchain.
#![cfg(feature = "live")]

#[path = "../fuzz/checks/mod.rs"]
mod checks;
mod support;

use support::{TestResult, file_of_crate};

#[test]
fn the_corpus_passes_every_check() -> TestResult {
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
