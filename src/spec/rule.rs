//! The rule registry: every rule's name, level and one-line summary. The long explanations are in `explain`.

/// How grave a finding is. The order is that of reports: errors first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The specification is violated, or data is lost or unusable.
    Error,
    /// Allowed or recovered, but most likely wrong.
    Warning,
    /// Worth knowing.
    Info,
}

impl Level {
    /// All levels, gravest first.
    pub const ALL: [Level; 3] = [Self::Error, Self::Warning, Self::Info];

    /// As it stands in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What the code calls it.
    pub id: RuleId,
    /// `family/name`, as in every report.
    pub name: &'static str,
    /// The level of its findings, unless a finding says otherwise (a missing field that is only expected).
    pub level: Level,
    /// What it reports, in one line.
    pub summary: &'static str,
}

impl Rule {
    /// The part of the name before the slash.
    pub fn family(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(family, _)| family)
    }
}

macro_rules! rules {
    ($($id:ident $name:literal $level:ident $summary:literal;)+) => {
        /// A rule of the registry; the order is that of the steps which check them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum RuleId { $(#[doc = $summary] $id),+ }

        /// How many rules there are.
        pub const RULE_COUNT: usize = [$(RuleId::$id),+].len();

        /// Every rule, at the index of its id.
        pub static RULES: [Rule; RULE_COUNT] =
            [$(Rule { id: RuleId::$id, name: $name, level: Level::$level, summary: $summary }),+];
    };
}

rules! {
    InputTooLong "input/too-long" Error "a record is longer than `--max-record`";
    InputCompressed "input/compressed" Error "gzip or zstd data is damaged or cut off";
    HttpRequestLine "http/request-line" Error "a range that belongs to no request begins like one";
    HttpSkipped "http/skipped" Error "a range of the input belongs to no request";
    HttpMethod "http/method" Error "the method is not POST";
    HttpHeader "http/header" Error "a header line is malformed";
    HttpMissingBlankLine "http/missing-blank-line" Warning "the headers run into the body";
    HttpContentLength "http/content-length" Error "`Content-Length` is missing, repeated, not a number, or wrong";
    HttpTransferEncoding "http/transfer-encoding" Error "`Transfer-Encoding` stands beside a `Content-Length`, or is not one final `chunked`";
    HttpChunked "http/chunked" Error "a chunked body is damaged";
    HttpTruncated "http/truncated" Error "the input ends inside the request";
    JsonSyntax "json/syntax" Error "the text is not JSON";
    JsonNotObject "json/not-object" Error "the text is JSON, but no object";
    JsonEncoding "json/encoding" Error "the text is not UTF-8, or has a lone surrogate";
    JsonDepth "json/depth" Error "the body is nested deeper than 128";
    JsonDuplicateKey "json/duplicate-key" Error "an object has a key twice";
    JsonEnvelope "json/envelope" Error "a member of an envelope cannot be used";
    UrlMissingParameter "url/missing-parameter" Error "a parameter of the callback URL is missing or empty";
    UrlSdkAppId "url/sdkappid" Error "`sdkappid` is not an unsigned 32-bit integer";
    UrlSdkAppIdMismatch "url/sdkappid-mismatch" Error "`sdkappid` is none of those given with `--sdkappid`";
    UrlCommand "url/command" Error "`command` is not a known command";
    UrlContentType "url/contenttype" Error "`contenttype` is not `json`";
    UrlClientIp "url/clientip" Warning "`clientip` is not an IP address";
    UrlOptPlatform "url/optplatform" Warning "`optplatform` is not a documented platform";
    UrlDuplicateParameter "url/duplicate-parameter" Warning "a parameter is given twice with different values";
    BodyUnrecognised "body/unrecognised" Error "the body is no TUICallKit callback";
    BodyMissingField "body/missing-field" Error "a field is missing";
    BodyType "body/type" Error "a value has the wrong JSON type";
    BodyValue "body/value" Error "a value is not one of the documented ones";
    BodyEmpty "body/empty" Error "an id is empty";
    BodyTimestamp "body/timestamp" Warning "a timestamp lies outside 2015 to 2099";
    BodyTotalNum "body/total-num" Error "`TotalNum` is below 1, or not 2 in a `single` call";
    BodyUnknownField "body/unknown-field" Info "the vendor does not document the field";
    CallbackRoleEvent "callback/role-event" Error "the event does not belong to the role";
    CallbackCommand "callback/command" Error "the URL's command is not the one that the body calls for";
    CallbackEventType "callback/event-type" Warning "an event of group calls in a `single` call";
    CallbackResultNotEnd "callback/result-not-end" Error "a `CallResult` on an event that ends nothing";
    CallbackResultEvent "callback/result-event" Error "`CallResult` and event name different endings";
    CallbackResultGroup "callback/result-group" Warning "a group call with a `CallResult` other than `normal_end`";
    CallbackEarlyTimestamps "callback/early-timestamps" Warning "timestamps of a normal end on a callback that is none";
    CallbackMissingTimestamps "callback/missing-timestamps" Info "a normal end without all its timestamps";
    CallbackTimeOrder "callback/time-order" Error "`StartCallTs`, `AcceptTs` and `EndTs` are not in order";
    CallbackEventTime "callback/event-time" Warning "`EventTime` does not fit the callback's other timestamps";
    CallDuplicate "call/duplicate" Info "the callback was delivered again";
    CallFieldConflict "call/field-conflict" Error "callbacks of one call disagree";
    CallTwoCallers "call/two-callers" Error "a call has a second caller";
    CallTooManyUsers "call/too-many-users" Error "a `single` call has more than two users";
    CallAfterEnd "call/after-end" Error "a user acts after their part in the call ended";
    CallAcceptWithoutRing "call/accept-without-ring" Info "a callee answers, and it never rang there";
    CallEndWithoutStart "call/end-without-start" Info "the call ends, and no callback starts it";
    CallResultConflict "call/result-conflict" Warning "callbacks of one call name different results";
    CallNegativeDuration "call/negative-duration" Warning "the times of the call run backwards";
    CallIncomplete "call/incomplete" Info "the log does not say what the call came to";
}

impl RuleId {
    /// The rule's row in the registry.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// `family/name`.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// The rule of that name.
    pub fn parse(name: &str) -> Option<Self> {
        RULES.iter().find(|rule| rule.name == name).map(|rule| rule.id)
    }
}
