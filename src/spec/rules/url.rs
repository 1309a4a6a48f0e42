//! `url/`: the parameters of the callback URL.

family! {
    ($) url

    /// The URL of a raw request, and that of an envelope if it has a query, must have `sdkappid` and
    /// `command`, neither of them empty. `contenttype`, `clientip` and `optplatform` should be there
    /// too: without them it is a warning. Names match without regard to case, and `CallbackCommand`
    /// is `command`.
    ///
    /// # Why it matters
    ///
    /// Without `sdkappid` a backend cannot tell whether the callback is meant for it, and without
    /// `command` it cannot route it. Without `optplatform` the call is in no figure by platform.
    ///
    /// # What to do
    ///
    /// Look at what lies between the vendor and the log: a rewrite or a redirect that drops the query
    /// is the usual cause. The vendor appends the parameters itself, so the configured URL needs
    /// none.
    UrlMissingParameter {
        name: "url/missing-parameter",
        level: Error,
        summary: "a parameter of the callback URL is missing or empty",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"sdkappid=1400000001&" => b"",
    }

    /// `sdkappid` must be digits only, and a number of at most 32 bits (4294967295).
    ///
    /// # Why it matters
    ///
    /// No application has such an id. A backend that reads it into 32 bits fails, or takes it for
    /// another id.
    ///
    /// # What to do
    ///
    /// Compare the value with the SDKAppID in the console. A sign, a space or a fraction comes from
    /// whatever rewrote the URL.
    UrlSdkAppId {
        name: "url/sdkappid",
        level: Error,
        summary: "`sdkappid` is not an unsigned 32-bit integer",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"sdkappid=1400000001" => b"sdkappid=14000000010",
    }

    /// A valid `sdkappid` must be one of those given with `--sdkappid`. Without that option nothing
    /// is checked.
    ///
    /// # Why it matters
    ///
    /// The vendor requires the app to make this check, and anybody can send a request to the callback
    /// URL. Callbacks of a test application would otherwise count as calls of the real one.
    ///
    /// # What to do
    ///
    /// If the id is one of yours, give it with a further `--sdkappid`, or correct the URL that is
    /// configured for that application. If not, have the backend refuse it.
    UrlSdkAppIdMismatch {
        name: "url/sdkappid-mismatch",
        level: Error,
        summary: "`sdkappid` is none of those given with `--sdkappid`",
        page: page::EVENT,
        args: ["--sdkappid", "1400000001"],
        silent: ENVELOPE,
        fires: b"sdkappid=1400000001" => b"sdkappid=1400000002",
    }

    /// `command` (in the current generation `CallbackCommand`) must be one of the 29 known commands:
    /// 19 of the event family, seven of the status family with `call_end`, and three that begin with
    /// `Call.`. Case matters.
    ///
    /// # Why it matters
    ///
    /// A backend that routes by command has no handler for it and drops the callback. Here the body
    /// alone then says what the callback is.
    ///
    /// # What to do
    ///
    /// Compare the spelling with the vendor's list; event commands are `<role>_<event>`. If the
    /// vendor has added a command, set this rule to a lower level until the tool knows it.
    UrlCommand {
        name: "url/command",
        level: Error,
        summary: "`command` is not a known command",
        page: page::COMMANDS,
        silent: ENVELOPE,
        fires: b"command=cancel" => b"command=canceled",
    }

    /// `contenttype` must be `json`, in lower case.
    ///
    /// # Why it matters
    ///
    /// The vendor always sends `json`. Another value means that the URL was rewritten, or that the
    /// request does not come from the vendor, and a backend that chooses its parser by it fails.
    ///
    /// # What to do
    ///
    /// Look for a gateway that sets this parameter from the `Content-Type` header, and have it leave
    /// the query alone.
    UrlContentType {
        name: "url/contenttype",
        level: Error,
        summary: "`contenttype` is not `json`",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"contenttype=json" => b"contenttype=application/json",
    }

    /// `clientip` must be an IPv4 or IPv6 address, without a port.
    ///
    /// # Why it matters
    ///
    /// Lookups by address, rate limits and the `client_ip` column get a value that they cannot use.
    ///
    /// # What to do
    ///
    /// Look whether a proxy replaced the value, with a host name or an address with a port for
    /// example, and have it leave the query as it was.
    UrlClientIp {
        name: "url/clientip",
        level: Warning,
        summary: "`clientip` is not an IP address",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"clientip=192.0.2.10" => b"clientip=192.0.2.300",
    }

    /// `optplatform` must be `iOS`, `Android`, `Web` or `miniProgram`, or in the current generation
    /// also `RESTAPI`, `Windows`, `Mac`, `iPad` or `Unknown`, spelled exactly so.
    ///
    /// # Why it matters
    ///
    /// Figures by platform get a group of their own for each spelling, so that the real platform's
    /// numbers are too low.
    ///
    /// # What to do
    ///
    /// Find out what changes the case, or which client sends the value. If it is a platform that the
    /// vendor has added since, set this rule to a lower level.
    UrlOptPlatform {
        name: "url/optplatform",
        level: Warning,
        summary: "`optplatform` is not a documented platform",
        page: page::V4_PROTOCOL,
        silent: ENVELOPE,
        fires: b"optplatform=iOS" => b"optplatform=ios",
    }

    /// None of the parameters that the vendor appends may be given twice with different values. The
    /// first counts. The same value twice is no finding.
    ///
    /// # Why it matters
    ///
    /// Frameworks take the first, the last or a list of both. Where the check of `sdkappid` reads one
    /// value and the handler the other, the check is worth nothing.
    ///
    /// # What to do
    ///
    /// Remove the parameter from the callback URL in the console, as the vendor appends its own. If
    /// the URL is clean there, look for a proxy that adds to it.
    UrlDuplicateParameter {
        name: "url/duplicate-parameter",
        level: Warning,
        summary: "a parameter is given twice with different values",
        page: page::EVENT,
        silent: URL_TWICE,
        fires: b"sdkappid=1400000001" => b"sdkappid=1400000002",
    }
}
