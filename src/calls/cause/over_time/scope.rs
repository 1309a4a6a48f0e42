//! The groups of calls in which a cause is followed.
//!
//! Comes in: app and platforms. Goes out: how two groups relate. Must not: count.

use crate::spec::Role;

/// A group of calls: all, or those of an app, of a platform, or of both.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Where {
    /// The app's SDKAppID; none for all apps.
    pub sdkappid: Option<u32>,
    /// The side whose platform it is, and the platform; none for all platforms.
    pub platform: Option<(Role, String)>,
}

impl Where {
    /// True if every call of the other group is in this one.
    pub(super) fn holds(&self, other: &Self) -> bool {
        let app = self.sdkappid.is_none() || self.sdkappid == other.sdkappid;
        app && (self.platform.is_none() || self.platform == other.platform)
    }

    /// True if no call can be in both groups.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        let apps = matches!((self.sdkappid, other.sdkappid), (Some(one), Some(two)) if one != two);
        let platforms = match (&self.platform, &other.platform) {
            (Some((side, one)), Some((other_side, two))) => side == other_side && one != two,
            _ => false,
        };
        apps || platforms
    }
}
