//! What the vendor tells the app to check: SDKAppID, signature, and the time of the request.

use subtle::ConstantTimeEq;

use crate::decode::Url;
use crate::live::token::Token;
use crate::spec::Parameter;

/// How far the time of a request may be off, in seconds.
const MOST_SECONDS_OFF: u64 = 60;

/// Decides which requests are the app's.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// The app's SDKAppIDs; none: all are let in.
    pub sdkappids: Vec<u32>,
    /// The app's token; none: signature and time are not checked.
    pub token: Option<Token>,
}

impl Auth {
    /// True if nothing is checked.
    pub fn is_open(&self) -> bool {
        self.sdkappids.is_empty() && self.token.is_none()
    }

    /// Lets a request in that came at `now` (Unix seconds), or says why not. What is given twice with different values
    /// could mean one thing here and another to the backend, so it is refused.
    pub(super) fn check(&self, url: Option<&Url<'_>>, now: i64) -> Result<(), &'static str> {
        let conflicts = |name: &str| {
            url.is_some_and(|url| url.conflicts().iter().any(|(other, _)| other.eq_ignore_ascii_case(name)))
        };
        if !self.sdkappids.is_empty() {
            let id = url.and_then(|url| url.value(Parameter::SdkAppId)).ok_or("no SDKAppID")?;
            let id = crate::decode::parse_sdkappid(id).ok_or("the SDKAppID is not a number")?;
            if !self.sdkappids.contains(&id) || conflicts("sdkappid") {
                return Err("the SDKAppID is not accepted");
            }
        }
        let Some(token) = &self.token else { return Ok(()) };
        let given = |name| url.and_then(|url| url.other(name)).filter(|value| !value.is_empty());
        let time = given("requesttime").ok_or("no RequestTime")?;
        let sign = given("sign").ok_or("no Sign")?;
        // The signature first: to whoever does not know the token, every request is as wrong as any other.
        let is_right = bool::from(token.sign(time).as_bytes().ct_eq(sign.as_bytes()));
        if !is_right || conflicts("sign") || conflicts("requesttime") {
            return Err("the Sign is wrong");
        }
        let time: i64 = time.parse().map_err(|_| "the RequestTime is not a number")?;
        if time.abs_diff(now) > MOST_SECONDS_OFF {
            return Err("the RequestTime is more than a minute off");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::decode::TextMap;

    const TIME: i64 = 1_704_856_873;

    fn auth() -> Auth {
        Auth { sdkappids: vec![1, 2], token: Token::new(" secret\n") }
    }

    fn check(query: &str, now: i64) -> Result<(), &'static str> {
        let query = Cow::Borrowed(query);
        auth().check(Some(&Url::parse(&query, 0, TextMap::Direct(0))), now)
    }

    #[test]
    fn what_the_app_must_check() {
        // printf 'secret1704856873' | sha256sum
        let sign = "4713a5a4a36981cd8427701db13a86a328a3ba9bffbdb2d20c4c28c477c62ae0";
        let good = format!("SdkAppid=1&RequestTime={TIME}&Sign={sign}");
        assert_eq!(check(&good, TIME + 60), Ok(()));
        assert_eq!(check(&good, TIME - 60), Ok(()));
        assert_eq!(check(&good, TIME + 61), Err("the RequestTime is more than a minute off"));
        assert_eq!(check(&good, TIME - 61), Err("the RequestTime is more than a minute off"));
        assert_eq!(check(&good.replace("id=1", "id=3"), TIME), Err("the SDKAppID is not accepted"));
        assert_eq!(check(&good.to_uppercase(), TIME), Err("the Sign is wrong"));
        assert_eq!(check(&format!("{good}&sdkappid=3"), TIME), Err("the SDKAppID is not accepted"));
        assert_eq!(check(&format!("{good}&sign=0"), TIME), Err("the Sign is wrong"));
        assert_eq!(check("sdkappid=1", TIME), Err("no RequestTime"));
        assert_eq!(check(&format!("sdkappid=1&requesttime={TIME}"), TIME), Err("no Sign"));
        assert_eq!(check("", TIME), Err("no SDKAppID"));
        assert_eq!(auth().check(None, TIME), Err("no SDKAppID"));
    }
}
