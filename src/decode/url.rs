//! The parameters of a callback URL.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::text_map::TextMap;
use crate::framing::Span;
use crate::spec::{PARAMETERS, Parameter, Word};

/// A parameter as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// Its value, decoded.
    pub value: Cow<'a, str>,
    /// Where the value is in the query's text.
    pub span: Span,
}

/// The parameters of a callback URL.
#[derive(Clone, Debug)]
pub struct Url<'a> {
    given: [Option<Given<'a>>; PARAMETERS.len()],
    /// Parameters that the vendor does not document, by their name in lower case.
    others: Vec<(String, Given<'a>)>,
    /// For each parameter given again with another value, its name and the first such value.
    conflicts: Vec<(String, Given<'a>)>,
    /// The whole query, in its text.
    pub span: Span,
    /// How the query's text is represented in the record.
    pub map: TextMap,
}

impl<'a> Url<'a> {
    /// No parameters yet, of a query at that place.
    pub fn new(span: Span, map: TextMap) -> Self {
        Self { given: Default::default(), others: Vec::new(), conflicts: Vec::new(), span, map }
    }

    /// The same, borrowing nothing.
    pub(super) fn into_owned(self) -> Url<'static> {
        let owned =
            |given: Given<'a>| Given { value: Cow::Owned(given.value.into_owned()), span: given.span };
        let named = |(name, given): (String, Given<'a>)| (name, owned(given));
        Url {
            given: self.given.map(|given| given.map(owned)),
            others: self.others.into_iter().map(named).collect(),
            conflicts: self.conflicts.into_iter().map(named).collect(),
            span: self.span,
            map: self.map,
        }
    }

    /// Reads `query` (without the `?`), which begins at `at` in its text.
    pub fn parse(query: &Cow<'a, str>, at: usize, map: TextMap) -> Self {
        let mut url = Self::new(at..at + query.len(), map);
        let mut start = 0;
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value_at = start + (pair.len() - value.len());
            if !pair.is_empty() {
                let value = decoded(part(query, value_at, value.len()));
                let span = at + value_at..at + start + pair.len();
                url.add(&decoded(Cow::Borrowed(name)), Given { value, span });
            }
            start += pair.len() + 1;
        }
        url
    }

    /// Takes a parameter; the first of several counts.
    pub fn add(&mut self, name: &str, given: Given<'a>) {
        let first = match Parameter::named(name) {
            Some(parameter) => &mut self.given[parameter as usize],
            None => return self.add_undocumented(name, given),
        };
        match first {
            None => *first = Some(given),
            Some(first) if first.value != given.value => self.conflict(name, given),
            Some(_) => {}
        }
    }

    fn add_undocumented(&mut self, name: &str, given: Given<'a>) {
        let name = name.to_ascii_lowercase();
        // A query of thousands of parameters is looked through only as far as this.
        const MOST: usize = 64;
        match self.others.iter().find(|(other, _)| *other == name) {
            Some((_, first)) if first.value != given.value => self.conflict(&name, given),
            None if self.others.len() < MOST => self.others.push((name, given)),
            _ => {}
        }
    }

    fn conflict(&mut self, name: &str, given: Given<'a>) {
        let name = Parameter::named(name)
            .map_or_else(|| name.to_ascii_lowercase(), |known| known.as_str().to_owned());
        if !self.conflicts.iter().any(|(other, _)| *other == name) {
            self.conflicts.push((name, given));
        }
    }

    /// The parameter as given, empty values included.
    pub fn get(&self, parameter: Parameter) -> Option<&Given<'a>> {
        self.given[parameter as usize].as_ref()
    }

    /// A parameter that the vendor's list of them does not have, by its name in lower case.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.iter().find(|(other, _)| other == name).map(|(_, given)| given.value.as_ref())
    }

    /// Parameters given again with another value: their names, and the first such value.
    pub fn conflicts(&self) -> &[(String, Given<'a>)] {
        &self.conflicts
    }

    /// The value, if it is there and not empty.
    pub fn value(&self, parameter: Parameter) -> Option<&str> {
        self.get(parameter).map(|given| given.value.as_ref()).filter(|value| !value.is_empty())
    }
}

/// An SDKAppID: digits that make an unsigned 32-bit integer.
pub(crate) fn parse_sdkappid(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// True for what ends a URL, or cannot be in one: a text with JSON in it is not a URL, though a user id in it may end like
/// one.
pub(super) fn is_outside_url(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '{' | '}' | '<' | '>' | '\\')
}

/// The query of a URL or request target, with its place; `None` without a query.
pub(super) fn query_of(target: &str) -> Option<Span> {
    let start = target.find('?')? + 1;
    let end = target[start..].find('#').map_or(target.len(), |hash| start + hash);
    Some(start..end)
}

/// A range of a text, borrowed if the text is.
pub(super) fn part<'a>(text: &Cow<'a, str>, at: usize, length: usize) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[at..at + length]),
        Cow::Owned(text) => Cow::Owned(text[at..at + length].to_owned()),
    }
}

/// Percent-decoding, with `+` as a space; bytes that are not UTF-8 become replacement characters.
pub(super) fn decoded(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return text;
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// What has to be encoded in a parameter's name and value.
const RESERVED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'=').add(b'>');

/// A parameter as it is written in a query.
pub fn encode_parameter(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_decoded_in_any_case_and_the_first_counts() {
        let query =
            Cow::Borrowed("SdkAppId=1&COMMAND=a%2Bb+c&command=x&callbackcommand=y&sdkappid=1&z&clientip=");
        let url = Url::parse(&query, 10, TextMap::Direct(0));
        assert_eq!(url.value(Parameter::SdkAppId), Some("1"));
        assert_eq!(url.value(Parameter::Command), Some("a+b c"));
        let conflicts: Vec<_> =
            url.conflicts().iter().map(|(name, given)| (&**name, &*given.value)).collect();
        assert_eq!(conflicts, [("command", "x")]);
        assert_eq!(url.value(Parameter::ClientIp), None);
        assert_eq!(url.get(Parameter::ClientIp).map(|given| given.value.as_ref()), Some(""));
        let sdkappid = url.get(Parameter::SdkAppId).map(|given| given.span.clone());
        assert_eq!(sdkappid, Some(19..20));
    }

    #[test]
    fn the_query_of_a_target() {
        let query = |target: &'static str| query_of(target).map(|span| &target[span]);
        assert_eq!(query("/a?b=c&d#e?f"), Some("b=c&d"));
        assert_eq!(query("/a?"), Some(""));
        assert_eq!(query("/a"), None);
    }

    #[test]
    fn undocumented_parameters_are_held_against_each_other_as_far_as_that_is_cheap() {
        let conflicts = |query: &str| -> Vec<(String, String)> {
            let query = Cow::Borrowed(query);
            let url = Url::parse(&query, 0, TextMap::Direct(0));
            url.conflicts().iter().map(|(name, given)| (name.clone(), given.value.to_string())).collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(conflicts("x=1&y=2&X=3&x=4&y=2&&x"), [pair("x", "3")]);
        let many: String = (0..100).map(|number| format!("p{number}={number}&")).collect();
        assert_eq!(conflicts(&format!("{many}p63=a&p64=a&p0=0")), [pair("p63", "a")]);
    }
}
