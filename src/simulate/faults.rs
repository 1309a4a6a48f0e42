//! What can go wrong on the way from a device to the log, and how often.
//!
//! Comes in: text such as `repeats=5%,losses=0.01`, or a preset. Goes out: [`Faults`]. Must not: do the damage.

use std::fmt;

/// How often each fault happens, as a share from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Faults {
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

/// A fault's name and its share.
type Row = (&'static str, fn(&mut Faults) -> &mut f64);

static TABLE: [Row; 7] = [
    ("repeats", |faults| &mut faults.repeats),
    ("losses", |faults| &mut faults.losses),
    ("late", |faults| &mut faults.late),
    ("reorder", |faults| &mut faults.reorder),
    ("skew", |faults| &mut faults.skew),
    ("one_sided", |faults| &mut faults.one_sided),
    ("damage", |faults| &mut faults.damage),
];

/// The words that [`Faults::parse`] knows: the presets, then the faults.
pub const FAULT_NAMES: [&str; 9] =
    ["none", "all", "repeats", "losses", "late", "reorder", "skew", "one_sided", "damage"];

/// A text that [`Faults::parse`] cannot use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultsError {
    /// Neither a preset nor a fault; [`FAULT_NAMES`] has them all.
    Unknown(String),
    /// A fault without `=` and its share.
    NoShare(String),
    /// A share that is no number from 0 to 1, or from 0% to 100%.
    Share(String),
}

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "unknown fault `{name}`"),
            Self::NoShare(name) => write!(f, "fault `{name}` needs a share, as in `{name}=5%`"),
            Self::Share(text) => write!(f, "`{text}` is no share: 0 to 1, or 0% to 100%"),
        }
    }
}

impl std::error::Error for FaultsError {}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self =
        Self { repeats: 0.0, losses: 0.0, late: 0.0, reorder: 0.0, skew: 0.0, one_sided: 0.0, damage: 0.0 };

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
    /// [`FaultsError`] for the first entry that is no such thing.
    pub fn parse(text: &str) -> Result<Self, FaultsError> {
        let mut faults = Self::NONE;
        for entry in text.split(',').map(str::trim) {
            match entry {
                "none" => faults = Self::NONE,
                "all" => faults = Self::ALL,
                _ => faults.set(entry)?,
            }
        }
        Ok(faults)
    }

    fn set(&mut self, entry: &str) -> Result<(), FaultsError> {
        let (name, share) = match entry.split_once('=') {
            Some((name, share)) => (name.trim(), Some(share)),
            None => (entry, None),
        };
        let (_, field) = TABLE
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| FaultsError::Unknown(name.to_owned()))?;
        let share = share.ok_or_else(|| FaultsError::NoShare(name.to_owned()))?;
        *field(self) = parse_share(share).ok_or_else(|| FaultsError::Share(share.to_owned()))?;
        Ok(())
    }

    /// The shares, in the order of the fields.
    pub(super) fn shares(&self) -> [f64; 7] {
        let mut copy = *self;
        TABLE.each_ref().map(|(_, field)| *field(&mut copy))
    }
}

fn parse_share(text: &str) -> Option<f64> {
    let text = text.trim();
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_order() {
        let only = |repeats, losses| Faults { repeats, losses, ..Faults::NONE };
        assert_eq!(Faults::parse("none"), Ok(Faults::NONE));
        assert_eq!(Faults::parse("repeats=5%, losses=0.01"), Ok(only(0.05, 0.01)));
        let all = Faults::parse("all,damage=0");
        assert_eq!(all.map(|all| (all.damage, all.late)), Ok((0.0, 0.02)));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let error = |text| Faults::parse(text).err();
        assert_eq!(error("lost=1%"), Some(FaultsError::Unknown("lost".into())));
        assert_eq!(error("late"), Some(FaultsError::NoShare("late".into())));
        assert_eq!(error("late=120%"), Some(FaultsError::Share("120%".into())));
        assert_eq!(error("late=NaN"), Some(FaultsError::Share("NaN".into())));
    }

    #[test]
    fn every_fault_has_its_name() {
        let names: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
        assert_eq!(FAULT_NAMES[2..], names);
    }
}
