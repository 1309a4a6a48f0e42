//! Writes synthetic callback logs, and their expected results.
//!
//! Comes in: [`SimulateOptions`], and a seed that alone decides everything random. Goes out: a log in one [`LogFormat`],
//! on request the truth (the `calls` table that this very log amounts to), and [`SimulateCounts`]. Must not:
//! read a clock, a file or the environment, use any other step of this crate than `spec`, `random` and `shares`, or
//! print.
//!
//! A call is a *script*: scenes from a table of scenarios (`script`), played by people from a pool (`people`,
//! `stage`). What happens is told as the callbacks of a family (`family`), delivered with whatever goes wrong on
//! the way (`delivery`), written as text (`body`, `record`, `damage`), and evaluated (`truth`). `run` keeps the
//! calls in flight in order of arrival, so memory depends on how many overlap and not on how many there are; only
//! the rows of the truth, if wanted, are kept to the end.
//!
//! No number comes from a function whose last bits differ between platforms (`ln`, `exp`, …): the same options
//! give the same bytes everywhere.

mod backend_outage;
mod body;
mod call;
mod capture;
mod causes;
mod chance;
mod damage;
mod day;
mod decided;
mod delivery;
mod family;
mod faults;
mod incident;
mod options;
mod people;
mod planted;
mod record;
mod run;
mod script;
mod stage;
mod truth;
mod truth_rows;

#[cfg(test)]
mod tests;

pub use backend_outage::BackendOutage;
pub use causes::{CUTS, can_plant};
pub use faults::{Fault, FaultShares, fault_names};
pub use incident::PlantedIncident;
pub use options::{BodyStyle, LogFormat, SimulateCounts, SimulateOptions};
pub use run::simulate;
