//! Ids of calls with something added, for backends that drop ids that they know.

/// What is added to ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdSuffix(String);

/// The name of the member that holds the id, as a JSON string.
const NAME: &[u8] = b"\"CallId\"";

impl IdSuffix {
    /// Reads one.
    ///
    /// # Errors
    /// In words, if it has a character that could mean something in JSON or in a URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(is_plain) {
            return Err("not a suffix of letters, digits, `-`, `_` and `.`, at most 64".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// Adds it to every `CallId` of a body, and from the second pass on the number of the pass. All other bytes stay.
    pub(super) fn add(&self, body: &[u8], pass: u16) -> Vec<u8> {
        let mut suffix = self.0.clone();
        if pass > 1 {
            suffix.push_str(&format!("-{pass}"));
        }
        let mut out = Vec::with_capacity(body.len() + suffix.len());
        let mut at = 0;
        while let Some(begin) = body.get(at..).and_then(|rest| memchr::memchr(b'"', rest)).map(|it| at + it) {
            let Some(end) = string_end(body, begin) else { break };
            let after =
                end + 1 + body[end + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let is_name = &body[begin..=end] == NAME && body.get(after) == Some(&b':');
            out.extend_from_slice(&body[at..=end]);
            at = end + 1;
            if !is_name {
                continue;
            }
            let blank = body[after + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let value = after + 1 + blank;
            let Some(end) = (body.get(value) == Some(&b'"')).then(|| string_end(body, value)).flatten()
            else {
                continue;
            };
            out.extend_from_slice(&body[at..end]);
            out.extend_from_slice(suffix.as_bytes());
            at = end;
            out.push(b'"');
            at += 1;
        }
        out.extend_from_slice(&body[at.min(body.len())..]);
        out
    }
}

/// The closing quote of the JSON string that opens at `begin`.
fn string_end(body: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', body.get(at..)?)?;
        if body[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_calls_get_it_and_nothing_else_changes() -> Result<(), String> {
        let suffix = IdSuffix::parse("-r1")?;
        let added =
            |body: &str, pass| String::from_utf8_lossy(&suffix.add(body.as_bytes(), pass)).into_owned();
        assert_eq!(
            added(r#"{ "CallId" : "a", "UserId":"CallId"}"#, 1),
            r#"{ "CallId" : "a-r1", "UserId":"CallId"}"#
        );
        assert_eq!(
            added(r#"{"CallInfo":{"CallId":"a\"b\\"}}"#, 3),
            r#"{"CallInfo":{"CallId":"a\"b\\-r1-3"}}"#
        );
        for same in
            [r#"{"CallId":7}"#, r#"{"x":"\"CallId\":\"a\""}"#, "\"CallId\":\"a", "", "\"", r#"["CallId"]"#]
        {
            assert_eq!(added(same, 1), same);
        }
        assert!(IdSuffix::parse("a b").is_err() && IdSuffix::parse("").is_err());
        Ok(())
    }
}
