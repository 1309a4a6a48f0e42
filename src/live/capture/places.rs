//! Who is connected: a bounded number of connections, of which those that wait for a request make way for new ones.
//!
//! Comes in: connections as they come and go, and when each begins and ends a request. Goes out: a [`ConnectionPlace`] for a
//! connection, and the word to leave for one that has been idle longest. Must not: do I/O, or end a request.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// How long a connection has been idle before it makes way: its last answer has been taken by then.
const LEAST_IDLE: Duration = Duration::from_secs(1);

/// A peer's share of all places, in quarters.
const SHARE_OF_PEER: usize = 3;

/// All places.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_of_peer: usize,
    taken: Mutex<Taken>,
    /// Told when a connection is gone.
    left: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    guests: BTreeMap<u64, Guest>,
}

#[derive(Debug)]
struct Guest {
    peer: IpAddr,
    /// Since when it has been waiting for a request; none during one.
    idle_since: Option<Instant>,
    leave: Arc<Notify>,
}

impl Places {
    /// That many places; a single peer gets three quarters of them.
    pub(super) fn new(most: usize) -> Arc<Self> {
        let most_of_peer = (most * SHARE_OF_PEER).div_ceil(4);
        Arc::new(Self { most, most_of_peer, taken: Mutex::default(), left: Notify::new() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection of that peer. If all are taken, or all that the peer may have, the connection that has been
    /// idle longest, of all or of the peer's, makes way; none if no connection is idle.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr, now: Instant) -> Option<ConnectionPlace> {
        let mut taken = self.taken();
        let of_peer = taken.guests.values().filter(|guest| guest.peer == peer).count();
        if of_peer >= self.most_of_peer {
            taken.make_way(now, |guest| guest.peer == peer)?;
        } else if taken.guests.len() >= self.most {
            taken.make_way(now, |_| true)?;
        }
        let leave = Arc::new(Notify::new());
        let id = taken.next;
        taken.next += 1;
        taken.guests.insert(id, Guest { peer, idle_since: Some(now), leave: Arc::clone(&leave) });
        Some(ConnectionPlace { places: Arc::clone(self), id, leave })
    }

    /// How many are connected.
    pub(super) fn count(&self) -> usize {
        self.taken().guests.len()
    }

    /// Returns once nobody is connected.
    pub(super) async fn empty(&self) {
        loop {
            let left = self.left.notified();
            if self.count() == 0 {
                return;
            }
            left.await;
        }
    }
}

impl Taken {
    /// Frees the place of the connection that has been idle longest, of those that may be chosen; `None` if all are busy.
    fn make_way(&mut self, now: Instant, may: impl Fn(&Guest) -> bool) -> Option<()> {
        let idle = self.guests.iter().filter(|(_, guest)| may(guest));
        let idle = idle.filter_map(|(id, guest)| Some((guest.idle_since?, *id)));
        let (since, id) = idle.min()?;
        if now.duration_since(since) < LEAST_IDLE {
            return None;
        }
        self.guests.remove(&id)?.leave.notify_one();
        Some(())
    }
}

/// The place of one connection, free again when this is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPlace {
    places: Arc<Places>,
    id: u64,
    leave: Arc<Notify>,
}

impl ConnectionPlace {
    /// Says that a request has begun. False if the connection is to leave: then it is too late for one.
    pub(super) fn begin(&self) -> bool {
        self.set(None)
    }

    /// Says that a request has been answered.
    pub(super) fn end(&self) {
        self.set(Some(Instant::now()));
    }

    fn set(&self, idle_since: Option<Instant>) -> bool {
        match self.places.taken().guests.get_mut(&self.id) {
            Some(guest) => guest.idle_since = idle_since,
            None => return false,
        }
        true
    }

    /// Returns once the connection is to make way for another.
    pub(super) async fn leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        self.places.taken().guests.remove(&self.id);
        self.places.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn peer(last: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, last).into()
    }

    /// Four places, of which one peer gets three.
    fn full(now: Instant) -> (Arc<Places>, Vec<Option<ConnectionPlace>>) {
        let places = Places::new(4);
        let taken = [1, 1, 1, 2].map(|last| places.take(peer(last), now));
        (places, taken.into())
    }

    #[test]
    fn the_connection_that_has_been_idle_longest_makes_way() {
        let now = Instant::now();
        let (places, taken) = full(now);
        assert!(places.take(peer(3), now).is_none(), "nobody has been idle for long");
        let later = now + LEAST_IDLE;
        assert!(taken[0].as_ref().is_some_and(ConnectionPlace::begin));
        let new = places.take(peer(3), later);
        assert!(new.is_some());
        assert_eq!(places.count(), 4);
        let is_there = |place: &Option<ConnectionPlace>| place.as_ref().is_some_and(ConnectionPlace::begin);
        assert_eq!(taken.iter().map(is_there).collect::<Vec<_>>(), [true, false, true, true]);
        let newer = places.take(peer(4), later + LEAST_IDLE);
        assert!(newer.is_some(), "the new one is idle as well");
        assert!(places.take(peer(4), later + LEAST_IDLE).is_none());
    }

    #[test]
    fn a_peer_makes_way_for_itself() {
        let now = Instant::now();
        let places = Places::new(4);
        let others = places.take(peer(2), now);
        let own: Vec<_> = (0..3).map(|_| places.take(peer(1), now + LEAST_IDLE)).collect();
        let own_too = places.take(peer(1), now + 2 * LEAST_IDLE);
        assert!(own_too.is_some() && others.as_ref().is_some_and(ConnectionPlace::begin));
        assert_eq!(own.iter().flatten().filter(|place| !place.begin()).count(), 1);
        drop((own, own_too));
        assert_eq!(places.count(), 1);
    }
}
