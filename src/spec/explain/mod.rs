//! The long explanation of every rule: what is checked, why it matters, and an input that shows it.
//! Each family of rules has its own file or folder.

mod body;
mod call;
mod callback;
mod http;
mod input;
mod json;
mod url;

use super::rule::{RULE_COUNT, RuleId};

/// An input that shows a rule, as `validate` would read it.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// JSON Lines.
    JsonLines(&'static str),
    /// Raw HTTP, with LF line ends as captured tools write them.
    Http(&'static str),
    /// JSON Lines that are no text: compressed, or not UTF-8.
    Bytes(&'static [u8]),
}

/// What `rules RULE` prints.
#[derive(Debug)]
pub struct Explanation {
    /// What is checked.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// An input that has the finding.
    pub fires: Example,
    /// Its nearest neighbour that does not.
    pub silent: Example,
    /// Further command-line arguments that the examples need.
    pub args: &'static [&'static str],
    /// What to do about a finding.
    pub advice: &'static str,
}

/// The explanation of a rule.
pub fn explanation(rule: RuleId) -> &'static Explanation {
    TABLE[rule as usize].1
}

/// Every rule's explanation, at the index of its id.
static TABLE: [(RuleId, &Explanation); RULE_COUNT] = [
    (RuleId::InputTooLong, &input::TOO_LONG),
    (RuleId::InputCompressed, &input::COMPRESSED),
    (RuleId::HttpRequestLine, &http::framing::REQUEST_LINE),
    (RuleId::HttpSkipped, &http::framing::SKIPPED),
    (RuleId::HttpMethod, &http::headers::METHOD),
    (RuleId::HttpHeader, &http::headers::HEADER),
    (RuleId::HttpMissingBlankLine, &http::framing::MISSING_BLANK_LINE),
    (RuleId::HttpContentLength, &http::framing::CONTENT_LENGTH),
    (RuleId::HttpTransferEncoding, &http::headers::TRANSFER_ENCODING),
    (RuleId::HttpChunked, &http::headers::CHUNKED),
    (RuleId::HttpTruncated, &http::framing::TRUNCATED),
    (RuleId::JsonSyntax, &json::SYNTAX),
    (RuleId::JsonNotObject, &json::NOT_OBJECT),
    (RuleId::JsonEncoding, &json::ENCODING),
    (RuleId::JsonDepth, &json::DEPTH),
    (RuleId::JsonDuplicateKey, &json::DUPLICATE_KEY),
    (RuleId::JsonEnvelope, &json::ENVELOPE),
    (RuleId::UrlMissingParameter, &url::MISSING_PARAMETER),
    (RuleId::UrlSdkAppId, &url::SDKAPPID),
    (RuleId::UrlSdkAppIdMismatch, &url::SDKAPPID_MISMATCH),
    (RuleId::UrlCommand, &url::COMMAND),
    (RuleId::UrlContentType, &url::CONTENTTYPE),
    (RuleId::UrlClientIp, &url::CLIENTIP),
    (RuleId::UrlOptPlatform, &url::OPTPLATFORM),
    (RuleId::UrlDuplicateParameter, &url::DUPLICATE_PARAMETER),
    (RuleId::BodyUnrecognised, &body::UNRECOGNISED),
    (RuleId::BodyMissingField, &body::MISSING_FIELD),
    (RuleId::BodyType, &body::TYPE),
    (RuleId::BodyValue, &body::VALUE),
    (RuleId::BodyEmpty, &body::EMPTY),
    (RuleId::BodyTimestamp, &body::TIMESTAMP),
    (RuleId::BodyTotalNum, &body::TOTAL_NUM),
    (RuleId::BodyUnknownField, &body::UNKNOWN_FIELD),
    (RuleId::CallbackRoleEvent, &callback::ROLE_EVENT),
    (RuleId::CallbackCommand, &callback::COMMAND),
    (RuleId::CallbackEventType, &callback::EVENT_TYPE),
    (RuleId::CallbackResultNotEnd, &callback::RESULT_NOT_END),
    (RuleId::CallbackResultEvent, &callback::RESULT_EVENT),
    (RuleId::CallbackResultGroup, &callback::RESULT_GROUP),
    (RuleId::CallbackEarlyTimestamps, &callback::EARLY_TIMESTAMPS),
    (RuleId::CallbackMissingTimestamps, &callback::MISSING_TIMESTAMPS),
    (RuleId::CallbackTimeOrder, &callback::TIME_ORDER),
    (RuleId::CallbackEventTime, &callback::EVENT_TIME),
    (RuleId::CallDuplicate, &call::agreement::DUPLICATE),
    (RuleId::CallFieldConflict, &call::agreement::FIELD_CONFLICT),
    (RuleId::CallTwoCallers, &call::agreement::TWO_CALLERS),
    (RuleId::CallTooManyUsers, &call::agreement::TOO_MANY_USERS),
    (RuleId::CallAfterEnd, &call::course::AFTER_END),
    (RuleId::CallAcceptWithoutRing, &call::course::ACCEPT_WITHOUT_RING),
    (RuleId::CallEndWithoutStart, &call::course::END_WITHOUT_START),
    (RuleId::CallResultConflict, &call::agreement::RESULT_CONFLICT),
    (RuleId::CallNegativeDuration, &call::course::NEGATIVE_DURATION),
    (RuleId::CallIncomplete, &call::course::INCOMPLETE),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::RULES;

    fn bytes(example: Example) -> &'static [u8] {
        match example {
            Example::JsonLines(text) | Example::Http(text) => text.as_bytes(),
            Example::Bytes(bytes) => bytes,
        }
    }

    #[test]
    fn every_rule_has_its_own_explanation() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(TABLE[index].0, rule.id);
            let own = explanation(rule.id);
            let others = TABLE.iter().filter(|(_, other)| std::ptr::eq(*other, own));
            assert_eq!(others.count(), 1, "{}", rule.name);
        }
    }

    #[test]
    fn texts_are_sentences_and_examples_differ() {
        for (rule, own) in &TABLE {
            for text in [own.what, own.why, own.advice] {
                let name = rule.name();
                assert!(text.ends_with('.') && !text.contains("  "), "{name}: {text}");
            }
            assert_ne!(bytes(own.fires), bytes(own.silent), "{}", rule.name());
        }
    }
}
