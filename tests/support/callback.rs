//! Bodies of callbacks, as the vendor writes them: a sound one of each kind, and ways to change it.

use std::fmt;

use serde_json::Value;

/// The body of a callback of the event or the status family: its members in their order, each value as JSON text.
#[derive(Clone)]
pub(crate) struct Callback(Vec<(String, String)>);

impl Callback {
    /// The caller `u` reports an event of the call `c`.
    pub(crate) fn event(event: &str) -> Self {
        let members = [
            ("UserId", Value::from("u")),
            ("RoomId", Value::from("r")),
            ("TotalNum", Value::from(2)),
            ("MediaType", Value::from("audio")),
            ("CallType", Value::from("single")),
            ("CallId", Value::from("c")),
            ("Role", Value::from("caller")),
            ("Event", Value::from(event)),
            ("CallResult", Value::from("")),
            ("EventTime", Value::from(1_704_856_873)),
        ];
        Self(members.map(|(name, value)| (name.to_owned(), value.to_string())).into())
    }

    /// The status family: the caller `u` reports how the call `c` ended.
    pub(crate) fn status(result: &str) -> Self {
        Self::event("").without("Event").result(result)
    }

    /// With another value of a member, or a new one at the end.
    pub(crate) fn set(self, name: &str, value: impl Into<Value>) -> Self {
        self.raw(name, &value.into().to_string())
    }

    /// The same with a value as JSON text, which need not be sound.
    pub(crate) fn raw(mut self, name: &str, text: &str) -> Self {
        match self.0.iter_mut().find(|(member, _)| member == name) {
            Some((_, value)) => text.clone_into(value),
            None => self.0.push((name.to_owned(), text.to_owned())),
        }
        self
    }

    /// Without a member.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(member, _)| member != name);
        self
    }

    /// Its members: names, and values as JSON text.
    pub(crate) fn members(&self) -> &[(String, String)] {
        &self.0
    }

    pub(crate) fn call(self, id: &str) -> Self {
        self.set("CallId", id)
    }

    pub(crate) fn user(self, id: &str) -> Self {
        self.set("UserId", id)
    }

    pub(crate) fn room(self, id: &str) -> Self {
        self.set("RoomId", id)
    }

    pub(crate) fn role(self, role: &str) -> Self {
        self.set("Role", role)
    }

    pub(crate) fn result(self, result: &str) -> Self {
        self.set("CallResult", result)
    }

    /// When the event happened, in Unix seconds.
    pub(crate) fn at(self, time: i64) -> Self {
        self.set("EventTime", time)
    }

    /// In a group call of that many users.
    pub(crate) fn in_group(self, users: u32) -> Self {
        self.set("CallType", "group").set("TotalNum", users)
    }

    /// As a line of a log.
    pub(crate) fn line(&self) -> String {
        format!("{self}\n")
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        write!(formatter, "{{{}}}", members.join(","))
    }
}

/// v4: `caller` calls `callee`, at a time in milliseconds.
pub(crate) fn v4_start(call: &str, caller: &str, callee: &str, time: i64) -> String {
    format!(
        r#"{{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{{"CallId":"{call}","MediaType":"Audio","ChatGroupId":"","RoomId":"r-1","RoomIdType":2}},"UserList":[{{"User_Account":"{caller}","Status":"Calling"}},{{"User_Account":"{callee}","Status":"Waiting"}}],"EventTime":{time}}}"#
    )
}

/// v4: a member does something while another, or the same, is in the call, at a time in milliseconds.
pub(crate) fn v4_changed(call: &str, calling: &str, changed: &str, action: &str, time: i64) -> String {
    format!(
        r#"{{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"{call}","UserList":[{{"User_Account":"{calling}","Status":"Calling"}}],"ChangedUserList":[{{"User_Account":"{changed}","ActionType":"{action}"}}],"EventTime":{time}}}"#
    )
}

/// v4: a call that nobody answered ends; `times` are its start and end in seconds, and the callback's in milliseconds.
pub(crate) fn v4_end(call: &str, caller: &str, callees: &[&str], result: &str, times: [i64; 3]) -> String {
    let [start, end, time] = times;
    format!(
        r#"{{"CallbackCommand":"Call.CallbackAfterEndCall","CallRecord":{{"CallId":"{call}","Caller_Account":"{caller}","MediaType":"Audio","CallType":"SingleCall","StartTime":{start},"EndTime":{end},"AcceptTime":0,"CallResult":"{result}","CalleeList_Account":["{}"],"RoomId":"r-1","RoomIdType":2}},"EventTime":{time}}}"#,
        callees.join("\",\"")
    )
}
