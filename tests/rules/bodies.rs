//! Clean bodies, one of each kind, and ways to change one thing about them.

/// Fields and their values, as JSON text.
pub(crate) struct Body(&'static [(&'static str, &'static str)]);

/// The caller starts a call.
pub(crate) const START: Body = Body(&[
    ("UserId", r#""u1""#),
    ("RoomId", r#""r-1""#),
    ("TotalNum", "2"),
    ("MediaType", r#""audio""#),
    ("CallType", r#""single""#),
    ("CallId", r#""c-1""#),
    ("Role", r#""caller""#),
    ("Event", r#""start_call""#),
    ("CallResult", r#""""#),
    ("EventTime", "1704856873"),
]);

/// The caller's normal end.
pub(crate) const END: Body = Body(&[
    ("UserId", r#""u1""#),
    ("RoomId", r#""r-1""#),
    ("TotalNum", "2"),
    ("MediaType", r#""audio""#),
    ("CallType", r#""single""#),
    ("CallId", r#""c-1""#),
    ("Role", r#""caller""#),
    ("Event", r#""call_end""#),
    ("CallResult", r#""normal_end""#),
    ("EventTime", "1704856885"),
    ("StartCallTs", "1704856873"),
    ("AcceptTs", "1704856876"),
    ("EndTs", "1704856885"),
]);

/// The status family's word that the caller gave up.
pub(crate) const STATUS: Body = Body(&[
    ("UserId", r#""u1""#),
    ("RoomId", r#""r-1""#),
    ("TotalNum", "2"),
    ("MediaType", r#""audio""#),
    ("CallType", r#""single""#),
    ("CallId", r#""c-1""#),
    ("Role", r#""caller""#),
    ("CallResult", r#""cancel""#),
    ("EventTime", "1704856885"),
]);

impl Body {
    /// As it is.
    pub(crate) fn json(&self) -> String {
        self.with(&[])
    }

    /// With fields that have other values, or are added at the end.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let changed = |name: &str| changes.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        let own = self.0.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value)));
        let new = changes.iter().filter(|(name, _)| !self.0.iter().any(|(field, _)| field == name));
        object(own.chain(new.copied()))
    }

    /// Without a field.
    pub(crate) fn without(&self, name: &str) -> String {
        object(self.0.iter().filter(|(field, _)| *field != name).copied())
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
        let quoted = |text: &str| format!("\"{text}\"");
        let (user, role, event, time) = (quoted(user), quoted(role), quoted(event), time.to_string());
        let mut changes =
            vec![("UserId", &*user), ("Role", &*role), ("Event", &*event), ("EventTime", &*time)];
        changes.extend_from_slice(more);
        self.with(&changes)
    }
}

fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: Vec<String> = fields.map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
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
    concat!(
        r#"{"CallbackCommand":"Call.CallbackAfterStartCall","#,
        r#""CallInfo":{"CallId":"c-1","MediaType":"Audio","ChatGroupId":"","RoomId":"r-1","RoomIdType":2},"#,
        r#""UserList":[{"User_Account":"u1","Status":"Calling"},{"User_Account":"u2","Status":"Waiting"}],"#,
        r#""EventTime":1740464128807}"#,
    )
    .to_owned()
}

/// v4: a member did something.
pub(crate) fn v4_changed(action: &str) -> String {
    format!(
        r#"{{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"c-1","UserList":[{{"User_Account":"u1","Status":"Calling"}}],"ChangedUserList":[{{"User_Account":"u2","ActionType":"{action}"}}],"EventTime":1740464129000}}"#
    )
}

/// v4: a call ended.
pub(crate) fn v4_end() -> String {
    concat!(
        r#"{"CallbackCommand":"Call.CallbackAfterEndCall","#,
        r#""CallRecord":{"CallId":"c-1","Caller_Account":"u1","MediaType":"Audio","CallType":"SingleCall","#,
        r#""StartTime":1740464128,"EndTime":1740464140,"AcceptTime":0,"CallResult":"NotAnswer","#,
        r#""CalleeList_Account":["u1","u2"],"RoomId":"r-1","RoomIdType":2},"EventTime":1740464140780}"#,
    )
    .to_owned()
}
