//! Who is connected: a bounded number of connections, of which those that wait for a request or its body make way for
//! new ones.
//!
//! Comes in: connections as they come and go, and the stages of their requests. Goes out: a [`ConnectionPlace`] for a
//! connection, and the word to leave for one that has waited longest. Must not: do I/O.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

/// How long a connection has been idle before it makes way: its last answer has been taken by then.
const LEAST_IDLE: Duration = Duration::from_secs(1);

/// How long a body has been on its way before its connection makes way, if none is idle: few take a tenth of that, and
/// the vendor does not wait much longer.
const LEAST_RECEIVING: Duration = Duration::from_secs(3);

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
    stage: Stage,
    /// Since when it has been in that stage.
    since: Instant,
    /// True once it is to leave.
    leave: watch::Sender<bool>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waiting for a request, of which the header section may be on its way.
    Idle,
    /// Waiting for the body of a request.
    Receiving,
    /// Waiting for this receiver: its request is there.
    Served,
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

    /// A place for a connection of that peer. If all are taken, or all that the peer may have, the connection that has
    /// been idle longest, of all or of the peer's, makes way, otherwise that whose body has been on its way longest;
    /// `None` if all are served.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr, now: Instant) -> Option<ConnectionPlace> {
        let peer = network(peer);
        let mut taken = self.taken();
        let of_peer = taken.guests.values().filter(|guest| guest.peer == peer).count();
        if of_peer >= self.most_of_peer {
            taken.make_way(now, |guest| guest.peer == peer)?;
        } else if taken.guests.len() >= self.most {
            taken.make_way(now, |_| true)?;
        }
        let (leave, told) = watch::channel(false);
        let id = taken.next;
        taken.next += 1;
        taken.guests.insert(id, Guest { peer, stage: Stage::Idle, since: now, leave });
        Some(ConnectionPlace { places: Arc::clone(self), id, leave: told })
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

/// A peer as others know it: whoever has an IPv6 address has 2^64 of them.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(peer) => Ipv6Addr::from_bits(peer.to_bits() >> 64 << 64).into(),
    }
}

impl Taken {
    /// Frees the place of the connection that has waited longest, of those that may be chosen; `None` if no one may.
    fn make_way(&mut self, now: Instant, may: impl Fn(&Guest) -> bool) -> Option<()> {
        let longest = |stage: Stage, least: Duration| {
            let guests = self.guests.iter().filter(|(_, guest)| guest.stage == stage && may(guest));
            let longest = guests.map(|(id, guest)| (guest.since, *id)).min();
            longest.filter(|(since, _)| now.duration_since(*since) >= least)
        };
        let (_, id) =
            longest(Stage::Idle, LEAST_IDLE).or_else(|| longest(Stage::Receiving, LEAST_RECEIVING))?;
        self.guests.remove(&id)?.leave.send_replace(true);
        Some(())
    }
}

/// The place of one connection, free again when this is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPlace {
    places: Arc<Places>,
    id: u64,
    leave: watch::Receiver<bool>,
}

impl ConnectionPlace {
    /// Says what the connection is doing from now on.
    pub(super) fn enter(&self, stage: Stage) {
        self.enter_at(stage, Instant::now());
    }

    fn enter_at(&self, stage: Stage, now: Instant) {
        if let Some(guest) = self.places.taken().guests.get_mut(&self.id) {
            (guest.stage, guest.since) = (stage, now);
        }
    }

    /// Returns once the connection is to make way for another.
    pub(super) async fn leave(&self) {
        // An error would say that it is gone.
        drop(self.leave.clone().wait_for(|leave| *leave).await);
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

    /// Which of them have not been told to leave.
    fn staying(places: &[Option<ConnectionPlace>]) -> Vec<bool> {
        places.iter().map(|place| place.as_ref().is_some_and(|place| !*place.leave.borrow())).collect()
    }

    #[test]
    fn the_connection_that_has_been_idle_longest_makes_way() {
        let now = Instant::now();
        let (places, taken) = full(now);
        assert!(places.take(peer(3), now).is_none(), "nobody has been idle for long");
        let later = now + LEAST_IDLE;
        taken[0].iter().for_each(|place| place.enter_at(Stage::Served, now));
        let new = places.take(peer(3), later);
        assert!(new.is_some());
        assert_eq!(places.count(), 4);
        assert_eq!(staying(&taken), [true, false, true, true]);
        taken.iter().flatten().for_each(|place| place.enter_at(Stage::Served, now));
        let newer = places.take(peer(4), later + LEAST_IDLE);
        assert!(newer.is_some(), "the new one is idle as well");
        assert!(places.take(peer(4), later + LEAST_IDLE).is_none());
    }

    #[test]
    fn a_body_that_takes_long_makes_way_if_nobody_is_idle() {
        let now = Instant::now();
        let (places, taken) = full(now);
        let enter = |place: usize, stage| taken[place].iter().for_each(|place| place.enter_at(stage, now));
        [0, 1, 3].into_iter().for_each(|place| enter(place, Stage::Receiving));
        let later = now + LEAST_RECEIVING;
        let new = places.take(peer(3), later);
        assert_eq!((new.is_some(), staying(&taken)), (true, vec![true, true, false, true]), "idle");
        new.iter().for_each(|place| place.enter_at(Stage::Served, now));
        enter(0, Stage::Served);
        assert!(places.take(peer(3), now + LEAST_RECEIVING / 2).is_none());
        assert!(places.take(peer(3), later).is_some());
        assert_eq!(staying(&taken), [true, false, false, true]);
    }

    #[test]
    fn a_peer_makes_way_for_itself() {
        let now = Instant::now();
        let places = Places::new(4);
        let others = [places.take(peer(2), now)];
        let own: Vec<_> = (0..3).map(|_| places.take(peer(1), now + LEAST_IDLE)).collect();
        let own_too = places.take(peer(1), now + 2 * LEAST_IDLE);
        assert!(own_too.is_some() && staying(&others) == [true]);
        assert_eq!(staying(&own).iter().filter(|stays| !**stays).count(), 1);
        drop((own, own_too));
        assert_eq!(places.count(), 1);
    }

    #[test]
    fn a_peer_is_a_network_of_ipv6_addresses() {
        let of = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
        let (places, now) = (Places::new(4), Instant::now());
        let taken: Vec<_> = (0..3).map(|last| places.take(of(last), now)).collect();
        assert!(places.take(of(9), now).is_none() && taken.iter().all(Option::is_some));
        assert!(places.take(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]), now).is_some());
    }
}
