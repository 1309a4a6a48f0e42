//! What the service manager is told: that the receiver is ready, and that it stops.

use std::io;

/// Tells the service manager that started this process, if one waits to be told (`sd_notify`).
///
/// # Errors
/// If it cannot be told.
#[cfg(unix)]
pub(super) fn notify(state: &str) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixDatagram;
    let Some(name) = std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else { return Ok(()) };
    let socket = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    if let Some(name) = name.as_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return socket.send_to_addr(state.as_bytes(), &address).map(drop);
    }
    socket.send_to(state.as_bytes(), &name).map(drop)
}

/// Elsewhere there is nobody to be told.
#[cfg(not(unix))]
pub(super) fn notify(_: &str) -> io::Result<()> {
    Ok(())
}
