//! How the C library hands out memory, which it asks the environment when a process begins.
//!
//! glibc raises its threshold for pages of their own to the largest block that was ever given back, and keeps twice as
//! much of each heap: after a burst of large bodies, a process that runs for months would stay several times as large
//! as it was.

/// Starts this program again with thresholds that stay where they are, unless somebody has set them. If that cannot be
/// done, it goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn fix_thresholds() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    const THRESHOLDS: [(&str, &str); 2] =
        [("MALLOC_MMAP_THRESHOLD_", "131072"), ("MALLOC_TRIM_THRESHOLD_", "131072")];
    if THRESHOLDS.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    command.envs(THRESHOLDS);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // Comes back only if it fails.
    drop(command.args(arguments).exec());
}

/// Other systems give memory back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn fix_thresholds() {}
