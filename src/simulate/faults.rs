//! What can go wrong on the way from a device to the log, and how often.
//!
//! Comes in: text such as `repeats=5%,losses=0.01`, or a preset. Goes out: [`FaultShares`]. Must not: do the damage.

use crate::shares::{ShareError, entries, parse_entry};

/// How often each fault happens, as a share from 0 to 1; by default never.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct FaultShares {
    /// Of the callbacks: sent again, along the vendor's ladder of retries.
    pub repeats: f64,
    /// Of the callbacks: never arrive, nor do their copies.
    pub losses: f64,
    /// Of the callbacks: arrive seconds to minutes late.
    pub late: f64,
    /// Of the deliveries: swapped with the next one.
    pub reorder: f64,
    /// Of the devices: clock off by 1 to 5 seconds.
    pub skew: f64,
    /// Of the calls: caller or callees report nothing.
    pub one_sided: f64,
    /// Of the deliveries: bytes flipped, cut off, or garbage before the record; for HTTP also a wrong length or
    /// no blank line.
    pub damage: f64,
}

/// A fault's name, and its share.
type FaultRow = (&'static str, fn(&mut FaultShares) -> &mut f64);

/// Every fault.
static TABLE: [FaultRow; 7] = [
    ("repeats", |faults| &mut faults.repeats),
    ("losses", |faults| &mut faults.losses),
    ("late", |faults| &mut faults.late),
    ("reorder", |faults| &mut faults.reorder),
    ("skew", |faults| &mut faults.skew),
    ("one_sided", |faults| &mut faults.one_sided),
    ("damage", |faults| &mut faults.damage),
];

/// The words that stand for a share of every fault.
const PRESETS: [&str; 2] = ["none", "all"];

/// The words that [`FaultShares::parse`] knows: the presets, then the faults.
pub fn fault_names() -> impl Iterator<Item = &'static str> {
    PRESETS.into_iter().chain(TABLE.iter().map(|(name, _)| *name))
}

impl FaultShares {
    /// Everything goes wrong, about as often as in a bad week.
    pub const ALL: Self = Self {
        repeats: 0.03,
        losses: 0.01,
        late: 0.02,
        reorder: 0.02,
        skew: 0.05,
        one_sided: 0.02,
        damage: 0.005,
    };

    /// Reads a list separated by commas, of presets (`none`, `all`) and `fault=share`, where a share is `0.05` or
    /// `5%`. Later entries win, so `all,damage=0` leaves one fault out.
    ///
    /// # Errors
    /// [`ShareError`] for the first entry that is neither.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let names = TABLE.each_ref().map(|(name, _)| *name);
        let mut faults = Self::default();
        for entry in entries(text) {
            match entry {
                "none" => faults = Self::default(),
                "all" => faults = Self::ALL,
                _ => {
                    let (index, share) = parse_entry(entry, &names)?;
                    *TABLE[index].1(&mut faults) = share;
                }
            }
        }
        Ok(faults)
    }

    /// The shares, in the order of the fields.
    pub(super) fn shares(&self) -> [f64; 7] {
        let mut copy = *self;
        TABLE.each_ref().map(|(_, field)| *field(&mut copy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_order() {
        let only = |repeats, losses| FaultShares { repeats, losses, ..FaultShares::default() };
        assert_eq!(FaultShares::parse("none"), Ok(FaultShares::default()));
        assert_eq!(FaultShares::parse("repeats=5%, losses=0.01"), Ok(only(0.05, 0.01)));
        let all = FaultShares::parse("all,damage=0");
        assert_eq!(all.map(|all| (all.damage, all.late)), Ok((0.0, 0.02)));
        assert!(FaultShares::parse("late=1%,lost=1%").is_err());
    }
}
