//! What happens at the edges: files that appear only when they are complete, pipes that close, disks that are full,
//! compressed data that breaks off, inputs of every kind, and colour.

#[cfg(unix)]
mod changes;
mod color;
mod containers;
#[cfg(unix)]
mod faults;
mod files;
mod inputs;
#[cfg(unix)]
mod streams;
#[cfg(target_os = "linux")]
mod syscalls;
