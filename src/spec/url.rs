//! The parameters that the vendor appends to the callback URL, and the platforms one of them can name.

use super::word::{Family, Word, words};

words! {
    /// A parameter of the callback URL, spelled as in the event family. Names match without regard to case;
    /// the v4 family's `CallbackCommand` is [`Parameter::Command`].
    Parameter {
        /// The application's SDKAppID.
        SdkAppId = "sdkappid",
        /// The callback command.
        Command = "command",
        /// Always `json`.
        ContentType = "contenttype",
        /// Address of the client.
        ClientIp = "clientip",
        /// Platform of the client.
        OptPlatform = "optplatform",
    }
}

/// All parameters, in the order of the vendor's URL.
pub static PARAMETERS: &[Parameter] = Parameter::ALL;

/// How the v4 family spells them, see [`super::page::V4_PROTOCOL`].
pub const V4_PARAMETERS: [&str; 5] =
    ["SdkAppid", "CallbackCommand", "contenttype", "ClientIP", "OptPlatform"];

impl Parameter {
    /// The parameter of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("callbackcommand") {
            return Some(Self::Command);
        }
        PARAMETERS.iter().copied().find(|parameter| name.eq_ignore_ascii_case(parameter.as_str()))
    }
}

/// Platforms of every family.
pub static PLATFORMS: [&str; 4] = ["iOS", "Android", "Web", "miniProgram"];
/// The platform of what the app's own server did.
pub const SERVER_PLATFORM: &str = "RESTAPI";
/// Platforms that only the v4 family documents, see [`super::page::V4_PROTOCOL`].
pub static V4_ONLY_PLATFORMS: [&str; 5] = [SERVER_PLATFORM, "Windows", "Mac", "iPad", "Unknown"];

/// True for a documented platform of that family; of any family where none is known.
pub fn is_platform(text: &str, family: Option<Family>) -> bool {
    let v4 = matches!(family, Some(Family::V4) | None);
    PLATFORMS.contains(&text) || (v4 && V4_ONLY_PLATFORMS.contains(&text))
}
