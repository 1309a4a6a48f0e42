//! The signals that a receiver handles: SIGINT and SIGTERM stop it, SIGHUP starts a new file. On systems without them,
//! Ctrl-C stops it.

use std::io;

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Finish the requests in flight, and end.
    Stop,
    /// Finish the file, and begin the next one.
    Rotate,
}

/// Listens to the signals from now on; what they ask for can be received. Must be called inside of a runtime.
pub(super) fn wishes() -> io::Result<Receiver<Wish>> {
    let (wishes, received) = channel(1);
    listen(&wishes)?;
    Ok(received)
}

#[cfg(unix)]
fn listen(wishes: &Sender<Wish>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        (SignalKind::interrupt(), Wish::Stop),
        (SignalKind::terminate(), Wish::Stop),
        (SignalKind::hangup(), Wish::Rotate),
    ];
    for (kind, wish) in kinds {
        let (mut signal, wishes) = (signal(kind)?, wishes.clone());
        tokio::spawn(
            async move { while signal.recv().await.is_some() && wishes.send(wish).await.is_ok() {} },
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn listen(wishes: &Sender<Wish>) -> io::Result<()> {
    let wishes = wishes.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && wishes.send(Wish::Stop).await.is_ok() {}
    });
    Ok(())
}
