//! The power is cut under load: what was acknowledged under `--sync always` is there when it is back.
//!
//! The log stands in a file system in an image file. At the moment of the cut the receiver is stopped and the image is
//! copied: it has what reached the disk, and nothing of what the kernel still holds in memory.

use std::fs::File;
use std::process::Command;
use std::time::Duration;

use super::disk::Mounted;
use super::kill::check;
use super::load::Load;
use super::receiver::{Receiver, until};
use crate::support::{TestResult, left_out, note};

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (image, copy) = (folder.path().join("disk"), folder.path().join("copy"));
    File::create(&image)?.set_len(32 << 20)?;
    let made = Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image).output();
    if !made.as_ref().is_ok_and(|made| made.status.success()) {
        left_out(format_args!("mkfs.ext4: {made:?}"));
        return Ok(());
    }
    let mut random = fastrand::Rng::with_seed(11);
    for round in 0..3 {
        let mounted = match Mounted::mount(&["-o", "loop", image.to_str().unwrap_or_default()])? {
            Ok(mounted) => mounted,
            Err(reason) => {
                left_out(reason);
                return Ok(());
            }
        };
        let log = mounted.path().join(format!("{round}.log"));
        let receiver = Receiver::start(&log, &[])?;
        let load = Load::start(receiver.address, 8, "c");
        until("some are acknowledged", || load.acknowledged() > 20)?;
        std::thread::sleep(Duration::from_micros(random.u64(0..100_000)));
        receiver.signal("STOP")?;
        std::fs::copy(&image, &copy)?;
        receiver.kill()?;
        let sent = load.stop();
        drop(mounted);
        let mounted = Mounted::mount(&["-o", "loop", copy.to_str().unwrap_or_default()])??;
        let log = mounted.path().join(format!("{round}.log"));
        Receiver::start(&log, &[])?.stop()?;
        let recorded = check(&log, &sent)?;
        note(format_args!("cut {round}: {} acknowledged, {recorded} on disk", sent.acknowledged.len()));
    }
    Ok(())
}
