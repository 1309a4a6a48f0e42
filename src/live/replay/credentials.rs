//! Which headers and query parameters let their bearer in, by their names.

/// What a name holds, whatever stands around it and between its letters.
const PARTS: [&str; 25] = [
    "accesskey",
    "apikey",
    "assertion",
    "authentication",
    "authorisation",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "csrf",
    "dpop",
    "jwt",
    "oidcdata",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pincode",
    "privatekey",
    "samlresponse",
    "secret",
    "session",
    "signature",
    "token",
    "xsrf",
];

/// What is a word of a name: within another word it means something else, as `auth` in `author`.
const WORDS: [&str; 12] =
    ["auth", "authn", "authz", "cred", "creds", "hmac", "oauth", "oauth2", "otp", "pwd", "sid", "sig"];

/// What a name ends in, also within a word.
const ENDS: [&str; 3] = ["auth", "key", "sig"];

/// What is the last word of a name: `compass` is another one.
const LAST_WORDS: [&str; 2] = ["pass", "ticket"];

/// Names that are that alone.
const NAMES: [&str; 1] = ["code"];

/// Names that look like it, and let nobody in.
const EXCEPTIONS: [&str; 8] = [
    "accesscontrolallowcredentials",
    "authenticationinfo",
    "idempotencykey",
    "monkey",
    "secwebsocketkey",
    "tokencount",
    "tokentype",
    "xidempotencykey",
];

/// True for the name of a header or of a query parameter that holds a credential.
pub(super) fn is_credential(name: &[u8]) -> bool {
    let words = words(name);
    let joined = words.concat();
    if EXCEPTIONS.contains(&joined.as_str()) {
        return false;
    }
    PARTS.iter().any(|part| joined.contains(part))
        || NAMES.contains(&joined.as_str())
        || ENDS.iter().any(|end| joined.ends_with(end))
        || words.last().is_some_and(|word| LAST_WORDS.contains(&word.as_str()))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name, in lower case: what stands between signs, and between a small letter and a capital.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for byte in name {
        if !byte.is_ascii_alphanumeric() || (was_small && byte.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if byte.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        was_small = byte.is_ascii_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn names_of_credentials() {
        for name in [
            "Authorization",
            "X-Authorization",
            "X-Forwarded-Authorization",
            "Cookie",
            "Cookie2",
            "Set-Cookie",
            "Api-Key",
            "ApiKey",
            "x-api-key",
            "X-Auth-Token",
            "X-Access-Token",
            "X-CSRF-Token",
            "X-XSRF-TOKEN",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "X-Hub-Signature-256",
            "access_token",
            "accessToken",
            "id_token",
            "client_secret",
            "X-Session-Id",
            "JSESSIONID",
            "sessionid",
            "jwt",
            "X-Jwt-Assertion",
            "client_assertion",
            "password",
            "Passwd",
            "user_pwd",
            "X-Auth",
            "auth",
            "X-Goog-Iap-Jwt-Assertion",
            "Ocp-Apim-Subscription-Key",
            "Cf-Access-Jwt-Assertion",
            "key",
            "X-Vault-Token",
            "private-token",
            "X-OAuth-Scopes",
            "sid",
            "connect.sid",
            "authKey",
            "usersig",
            "UserSig",
            "X-UserSig",
            "X-Sig",
            "privateMapKey",
            "x-functions-key",
            "X-Key",
            "master-key",
            "app_key",
            "appkey",
            "license_key",
            "skey",
            "passcode",
            "pincode",
            "X-Pass",
            "cred",
            "X-Creds",
            "SAMLResponse",
            "ticket",
            "DPoP",
            "X-Amzn-Oidc-Data",
            "XAuth",
            "HTTPAuth",
            "x-authn",
            "authorisation",
        ] {
            assert!(is_credential(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "Author",
            "X-Author-Id",
            "author_name",
            "Authority",
            "Content-Type",
            "User-Agent",
            "X-Request-Id",
            "sdkappid",
            "SdkAppid",
            "command",
            "CallbackCommand",
            "contenttype",
            "clientip",
            "ClientIP",
            "optplatform",
            "RequestTime",
            "Sign",
            "X-Forwarded-For",
            "Idempotency-Key",
            "Sec-WebSocket-Key",
            "keys",
            "compass",
            "signal",
            "credit",
            "authors",
            "keyword",
            "inside",
            "passenger",
            "monkey",
            "token_type",
            "codec",
            "Access-Control-Allow-Credentials",
            "",
        ] {
            assert!(!is_credential(name.as_bytes()), "{name}");
        }
    }
}
