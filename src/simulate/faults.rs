//! What can go wrong on the way from a device to the log, and how often.
//!
//! Comes in: text such as `repeats=5%,losses=0.01`, or a preset. Goes out: [`FaultShares`]. Must not: do the damage.

use crate::shares::{ShareError, entries, parse_entry};
use crate::spec::{Word, words};

words! {
    /// Something that can go wrong.
    Fault {
        /// Of the callbacks: sent again, along the vendor's ladder of retries.
        Repeats = "repeats",
        /// Of the callbacks: never arrive, nor do their copies.
        Losses = "losses",
        /// Of the callbacks: arrive seconds to minutes late.
        Late = "late",
        /// Of the deliveries: swapped with the next one.
        Reorder = "reorder",
        /// Of the devices: clock off by 1 to 5 seconds.
        Skew = "skew",
        /// Of the calls: caller or callees report nothing.
        OneSided = "one_sided",
        /// Of the deliveries: bytes flipped, cut off, or garbage before the record; for HTTP also a wrong length or
        /// no blank line.
        Damage = "damage",
    }
}

/// How often each fault happens, as a share from 0 to 1, in the order of [`Fault::ALL`]; by default never.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct FaultShares([f64; Fault::ALL.len()]);

/// The words that stand for a share of every fault.
const PRESETS: [&str; 2] = ["none", "all"];

/// The words that [`FaultShares::parse`] knows: the presets, then the faults.
pub fn fault_names() -> impl Iterator<Item = &'static str> {
    PRESETS.into_iter().chain(Fault::ALL.iter().map(|fault| fault.as_str()))
}

impl FaultShares {
    /// Everything goes wrong, about as often as in a bad week.
    pub const ALL: Self = Self([0.03, 0.01, 0.02, 0.02, 0.05, 0.02, 0.005]);

    /// Reads a list separated by commas, of presets (`none`, `all`) and `fault=share`, where a share is `0.05` or
    /// `5%`. Later entries win, so `all,damage=0` leaves one fault out.
    ///
    /// # Errors
    /// [`ShareError`] for the first entry that is neither.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
        let mut faults = Self::default();
        for entry in entries(text) {
            match entry {
                "none" => faults = Self::default(),
                "all" => faults = Self::ALL,
                _ => {
                    let (index, share) = parse_entry(entry, &names)?;
                    faults.0[index] = share;
                }
            }
        }
        Ok(faults)
    }

    /// How often a fault happens.
    pub(super) fn of(&self, fault: Fault) -> f64 {
        self.0[fault as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_order() {
        assert_eq!(FaultShares::parse("none"), Ok(FaultShares::default()));
        assert_eq!(
            FaultShares::parse("repeats=5%, losses=0.01"),
            Ok(FaultShares([0.05, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0]))
        );
        let all = FaultShares::parse("all,damage=0");
        assert_eq!(all.map(|all| (all.of(Fault::Damage), all.of(Fault::Late))), Ok((0.0, 0.02)));
        assert!(FaultShares::parse("late=1%,lost=1%").is_err());
    }
}
