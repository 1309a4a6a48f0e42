//! `url/`: the parameters of the callback URL.

family! {
    ($) url

    /// The URL of a raw request, and that of an envelope if it has a query, must have `sdkappid` and
    /// `command`, and neither may be empty. If `contenttype`, `clientip` or `optplatform` is missing,
    /// that is a warning. Names are not case-sensitive, and `CallbackCommand` means `command`.
    ///
    /// # Why it matters
    ///
    /// Without `sdkappid` a backend cannot tell whether the callback is meant for it, and without
    /// `command` it cannot route it. Without `optplatform` the call is missing from figures by
    /// platform.
    ///
    /// # What to do
    ///
    /// Check what is between the vendor and the log: the usual cause is a rewrite or a redirect that
    /// drops the query. The vendor appends the parameters, so the configured URL does not need them.
    UrlMissingParameter {
        name: "url/missing-parameter",
        level: Error,
        summary: "a parameter of the callback URL is missing or empty",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"sdkappid=1400000001&" => b"",
    }

    /// `sdkappid` must consist of digits only, and fit in 32 bits (at most 4294967295).
    ///
    /// # Why it matters
    ///
    /// No application has such an id. A backend that reads it into 32 bits fails, or reads it as
    /// another id.
    ///
    /// # What to do
    ///
    /// Compare the value with the SDKAppID in the console. A sign, a space or a fraction comes from
    /// the program that rewrote the URL.
    UrlSdkAppId {
        name: "url/sdkappid",
        level: Error,
        summary: "`sdkappid` is not an unsigned 32-bit integer",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"sdkappid=1400000001" => b"sdkappid=14000000010",
    }

    /// A valid `sdkappid` must be one of those given with `--sdkappid`. Without that option this rule
    /// is not checked.
    ///
    /// # Why it matters
    ///
    /// The vendor requires this check, because anybody can send a request to the callback URL. Without
    /// it, callbacks of a test application count as calls of the real one.
    ///
    /// # What to do
    ///
    /// If the id is yours, add it with another `--sdkappid`, or correct the callback URL of that
    /// application. Otherwise make the backend reject it.
    UrlSdkAppIdMismatch {
        name: "url/sdkappid-mismatch",
        level: Error,
        summary: "`sdkappid` is not one of those given with `--sdkappid`",
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
    /// A backend that routes by command has no handler for it and drops the callback. This tool then
    /// goes by the body alone.
    ///
    /// # What to do
    ///
    /// Compare the spelling with the vendor's list; event commands are `<role>_<event>`. If the vendor
    /// has added a command, lower the level of this rule until the tool supports it.
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
    /// The vendor always sends `json`. Another value means that the URL was rewritten or that the
    /// request does not come from the vendor. A backend that chooses its parser by this value fails.
    ///
    /// # What to do
    ///
    /// Look for a gateway that sets this parameter from the `Content-Type` header, and make it leave
    /// the query unchanged.
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
    /// Address lookups, rate limits and the `client_ip` column get an unusable value.
    ///
    /// # What to do
    ///
    /// Check whether a proxy replaced the value, for example with a host name or with an address and
    /// port, and make it leave the query unchanged.
    UrlClientIp {
        name: "url/clientip",
        level: Warning,
        summary: "`clientip` is not an IP address",
        page: page::EVENT,
        silent: ENVELOPE,
        fires: b"clientip=192.0.2.10" => b"clientip=192.0.2.300",
    }

    /// `optplatform` must be `iOS`, `Android`, `Web` or `miniProgram`, or, in the current generation,
    /// also `RESTAPI`, `Windows`, `Mac`, `iPad` or `Unknown`. Case matters.
    ///
    /// # Why it matters
    ///
    /// Figures by platform have a separate group for each spelling, so the numbers of the real
    /// platform are too low.
    ///
    /// # What to do
    ///
    /// Find out what changes the case, or which client sends the value. If it is a platform that the
    /// vendor has added, lower the level of this rule.
    UrlOptPlatform {
        name: "url/optplatform",
        level: Warning,
        summary: "`optplatform` is not a documented platform",
        page: page::V4_PROTOCOL,
        silent: ENVELOPE,
        fires: b"optplatform=iOS" => b"optplatform=ios",
    }

    /// A parameter must not be given twice with different values. The first value is used. The same
    /// value twice is not a finding.
    ///
    /// # Why it matters
    ///
    /// Frameworks use the first value, the last, or a list of both. If the check of `sdkappid` reads
    /// one value and the handler the other, the check is useless.
    ///
    /// # What to do
    ///
    /// Remove the parameter from the callback URL in the console, because the vendor appends it. If it
    /// is not there, look for a proxy that adds it.
    UrlDuplicateParameter {
        name: "url/duplicate-parameter",
        level: Warning,
        summary: "a parameter is given twice with different values",
        page: page::EVENT,
        silent: URL_TWICE,
        fires: b"sdkappid=1400000001" => b"sdkappid=1400000002",
    }

    /// Where `--sdkappid` names the SDKAppIDs that are yours, callbacks must have one to compare. If
    /// some callbacks of an input have none, that is worth knowing; if none of them has one, nothing
    /// was checked.
    ///
    /// # Why it matters
    ///
    /// The vendor requires a backend to check `sdkappid`. Without this finding a log that has no URLs
    /// would pass as checked.
    ///
    /// # What to do
    ///
    /// Log the URL, or its query, next to the body. Where the log has only bodies on purpose, leave
    /// `--sdkappid` out.
    UrlUnchecked {
        name: "url/unchecked",
        level: Warning,
        summary: "`--sdkappid` was given, and callbacks have no SDKAppID",
        page: page::EVENT,
        args: ["--sdkappid", "1400000001"],
        silent: ENVELOPE,
        fires: b"sdkappid=" => b"appid=",
    }
}
