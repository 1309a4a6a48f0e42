//! Times in which the backend accepts nothing, so that the vendor sends its callbacks again.
//!
//! Comes in: `FROM..TO`. Goes out: [`BackendOutage`]. Must not: draw anything random.

use jiff::Timestamp;

/// A time in which nothing is accepted, in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackendOutage {
    /// From then on.
    pub from: i64,
    /// Until then.
    pub to: i64,
}

impl BackendOutage {
    /// Reads `FROM..TO`, two times in RFC 3339.
    ///
    /// # Errors
    /// In words, if they are not two such times in order.
    pub fn parse(text: &str) -> Result<Self, String> {
        let time = |text: &str| text.trim().parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
        let times = text.split_once("..").and_then(|(from, to)| Some((time(from)?, time(to)?)));
        let (from, to) = times.ok_or_else(|| {
            "`outage` needs its time, as in `outage=2024-05-01T14:03:00Z..2024-05-01T14:05:00Z`".to_owned()
        })?;
        if from >= to {
            return Err(format!("the outage `{text}` ends before it begins"));
        }
        Ok(Self { from, to })
    }

    /// True if a callback that arrives then, in Unix milliseconds, is not accepted.
    pub(super) fn is_down(outages: &[Self], arrives: i64) -> bool {
        outages.iter().any(|outage| (outage.from..outage.to).contains(&arrives))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_times_in_order() {
        let outage = BackendOutage::parse("2024-05-01T00:00:10Z..2024-05-01T00:00:30Z");
        assert_eq!(outage, Ok(BackendOutage { from: 1_714_521_610_000, to: 1_714_521_630_000 }));
        for wrong in ["", "5%", "2024-05-01T00:00:10Z", "2024-05-01T00:00:10Z..2024-05-01T00:00:10Z"] {
            assert!(BackendOutage::parse(wrong).is_err(), "{wrong}");
        }
        let outages = [BackendOutage { from: 10, to: 20 }];
        assert_eq!(
            [9, 10, 19, 20].map(|at| BackendOutage::is_down(&outages, at)),
            [false, true, true, false]
        );
    }
}
