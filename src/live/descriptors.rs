//! How many files and connections this process may have open at once.

/// Descriptors that are not for connections: the standard streams, the runtime, the log and its companions, and what a
/// rotation and a compression open.
const RESERVED: u64 = 32;

/// Raises the limit on open files as far as that is allowed. Returns the limit; none without one,
/// or if it is not known.
#[cfg(unix)]
pub fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // If it cannot be raised, what there is has to do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    }
    getrlimit(Resource::Nofile).current
}

/// Other systems do not limit them.
#[cfg(not(unix))]
pub fn raise_limit() -> Option<u64> {
    None
}

/// How many of the connections that are wanted fit into the limit, if each takes that many descriptors.
pub fn connections(limit: Option<u64>, wanted: usize, each: u64) -> usize {
    let room = limit.map_or(u64::MAX, |limit| limit.saturating_sub(RESERVED) / each);
    wanted.min(usize::try_from(room.max(1)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn connections_leave_descriptors_for_files() {
        assert_eq!(connections(None, 512, 1), 512);
        assert_eq!(connections(Some(1024), 512, 1), 512);
        assert_eq!(connections(Some(1024), 512, 2), 496);
        assert_eq!(connections(Some(20), 512, 1), 1);
    }
}
