//! Clean bodies, one of each kind, and ways to change one thing about them.

use std::sync::LazyLock;

use crate::support::callback::{self, Callback};

/// The caller starts a call.
pub(crate) static START: LazyLock<Body> =
    LazyLock::new(|| Body(Callback::event("start_call").user("u1").room("r-1").call("c-1")));

/// The caller's normal end.
pub(crate) static END: LazyLock<Body> = LazyLock::new(|| {
    let end = Callback::event("call_end").user("u1").room("r-1").call("c-1").result("normal_end");
    let end = end.at(1_704_856_885).set("StartCallTs", 1_704_856_873).set("AcceptTs", 1_704_856_876);
    Body(end.set("EndTs", 1_704_856_885))
});

/// The status family's word that the caller gave up.
pub(crate) static STATUS: LazyLock<Body> =
    LazyLock::new(|| Body(Callback::status("cancel").user("u1").room("r-1").call("c-1").at(1_704_856_885)));

/// A clean body, of which copies are changed.
pub(crate) struct Body(Callback);

impl Body {
    /// As it is.
    pub(crate) fn json(&self) -> String {
        self.0.to_string()
    }

    /// With members that have other values, as JSON text, or are added at the end.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let changed = changes.iter().fold(self.0.clone(), |body, (name, text)| body.raw(name, text));
        changed.to_string()
    }

    /// Without a member.
    pub(crate) fn without(&self, name: &str) -> String {
        self.0.clone().without(name).to_string()
    }

    /// Another step: of this user, in this role, at this second; the result is empty.
    pub(crate) fn step(&self, user: &str, role: &str, event: &str, time: u32) -> String {
        self.steps_with(user, role, event, time, &[])
    }

    /// The same with further changes.
    pub(crate) fn steps_with(
        &self,
        user: &str,
        role: &str,
        event: &str,
        time: u32,
        more: &[(&str, &str)],
    ) -> String {
        let step = self.0.clone().user(user).role(role).set("Event", event).at(time.into());
        Self(step).with(more)
    }
}

/// The parameters of a caller's start.
pub(crate) const QUERY: &str =
    "sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=192.0.2.1&optplatform=iOS";

/// An envelope around a body, with these parameters.
pub(crate) fn at(query: &str, body: &str) -> String {
    format!(r#"{{"url":"/?{query}","body":{body}}}"#)
}

/// Bodies, one a line.
pub(crate) fn log(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

/// v4: a call was started.
pub(crate) fn v4_start() -> String {
    callback::v4_start("c-1", "u1", "u2", 1_740_464_128_807)
}

/// v4: a member did something.
pub(crate) fn v4_changed(action: &str) -> String {
    callback::v4_changed("c-1", "u1", "u2", action, 1_740_464_129_000)
}

/// v4: a call ended.
pub(crate) fn v4_end() -> String {
    let times = [1_740_464_128, 1_740_464_140, 1_740_464_140_780];
    callback::v4_end("c-1", "u1", &["u1", "u2"], "NotAnswer", times)
}
