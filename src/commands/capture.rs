//! `capture`: a receiver of callbacks, and what is said of it while it runs.

use std::sync::Arc;

use anyhow::anyhow;

use super::Status;
use crate::cli::{CaptureArgs, Terminal};
use crate::live::capture::{Server, Sync, Tally};

/// Runs `capture`.
pub(super) fn capture(args: &CaptureArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let options = args.options(rules.sdkappids.clone()).map_err(|text| anyhow!(text))?;
    let tally = Arc::new(Tally::default());
    let server = Server::open(options, None, Arc::clone(&tally))
        .map_err(|error| anyhow::Error::new(error.cause).context(error.what))?;
    if let Some(torn) = server.torn() {
        terminal.note(&format!(
            "the last {} bytes of the log, from byte {} on, were no whole line; they are in `{}` now",
            torn.length,
            torn.offset,
            torn.moved_to.display()
        ));
    }
    if let Some(loss) = possible_loss(args.sync) {
        terminal.note(&loss);
    }
    terminal.say(&format!("listening on http://{}", server.address()));
    let ended = server.run()?;
    if let Some(broken) = ended.broken {
        return Err(anyhow!("the log `{}` is no longer written: {broken}", args.output.display()));
    }
    Ok(Status::Done)
}

/// What can be lost although it was acknowledged.
fn possible_loss(sync: Sync) -> Option<String> {
    match sync {
        Sync::Always => None,
        Sync::Within(time) => Some(format!(
            "a power cut or a crash of the system can lose what was acknowledged in the last {time:?}; --sync always loses nothing"
        )),
        Sync::Never => Some(
            "a power cut or a crash of the system can lose whatever the system has not brought to disk by then, often the last 30 s; --sync always loses nothing"
                .to_owned(),
        ),
    }
}
