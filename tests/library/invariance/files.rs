//! Every sample, and every input that once went wrong, cut at every place, byte by byte, and at random.

use std::fs;

use callkit_tool::framing::detect;

use super::framing::parts;
use crate::support::{TestResult, file_of_crate};

/// The files of both folders, with their names.
fn files() -> TestResult<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for folder in ["samples", "tests/regress"] {
        for entry in fs::read_dir(file_of_crate(folder))? {
            let path = entry?.path();
            files.push((path.to_string_lossy().into_owned(), fs::read(path)?));
        }
    }
    assert!(files.len() > 8, "{} files", files.len());
    Ok(files)
}

#[test]
fn a_file_is_the_same_however_it_comes() -> TestResult {
    let mut rng = fastrand::Rng::with_seed(1);
    for (name, input) in files()? {
        let Some(format) = detect(&input, true) else { return Err(format!("{name}: no format").into()) };
        let whole = parts(&input, format, 1 << 24, &[]);
        // Of long files not every place is tried.
        for cut in (0..input.len()).step_by(input.len() / 8000 + 1) {
            assert!(parts(&input, format, 1 << 24, &[cut]) == whole, "{name} cut at {cut}");
            let told = detect(&input[..cut], false);
            assert!(
                told.is_none_or(|told| told == format),
                "{name}: told by the first {cut} bytes as {told:?}"
            );
        }
        let every: Vec<usize> = (0..input.len()).collect();
        assert!(parts(&input, format, 1 << 24, &every) == whole, "{name} byte by byte");
        for _ in 0..100 {
            let cuts: Vec<usize> = (0..rng.usize(1..20)).map(|_| rng.usize(..input.len())).collect();
            assert!(parts(&input, format, 1 << 24, &cuts) == whole, "{name} cut at {cuts:?}");
        }
    }
    Ok(())
}
