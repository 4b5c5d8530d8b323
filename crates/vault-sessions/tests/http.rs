//! Answers as `http` types: what is read, what an error says, and what it keeps to itself.

#![cfg(feature = "http")]

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use vault_sessions::{
    ApiKey, AppId, ConsumerId, CreateSession, SessionCreated,
    wire::{APP_ID, ApiError, BaseUri, CONSUMER_ID, InvalidBaseUri, RetryAfter},
};

const CREATED: &str = r#"{"data":{"session_uri":"https://a/b","session_token":"t"}}"#;

fn read(
    status: u16,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Result<SessionCreated, ApiError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        map.append(name, value.parse().unwrap());
    }
    SessionCreated::from_http(StatusCode::from_u16(status).unwrap(), &map, body)
}

fn error(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> ApiError {
    read(status, headers, body).unwrap_err()
}

#[test]
fn a_session_is_read_whatever_the_headers_say() {
    for headers in [
        &[][..],
        &[("content-type", "application/problem+JSON")],
        &[("content-type", "text/html")],
        &[("content-type", "")],
        &[("content-encoding", "utf-8")],
        &[("content-encoding", "identity"), ("content-encoding", "br")],
    ] {
        assert!(read(200, headers, CREATED).is_ok(), "{headers:?}");
    }
}

#[test]
fn a_session_is_read_whatever_stands_beside_it() {
    let data = r#""data":{"session_uri":"https://a/b","session_token":"t"}"#;
    let expected = read(200, &[], CREATED).unwrap();
    for body in [
        format!("\u{FEFF}{{{data}}}"),
        format!("\u{FEFF} \r\n{{{data}}}\n"),
        format!(r#"{{"status_code":"200",{data}}}"#),
        format!(r#"{{"status_code":70000,{data}}}"#),
        format!(r#"{{"status_code":NaN,"status":[{{}}],{data}}}"#),
        format!(r#"{{{data},"quota":1e400}}"#),
        format!(r#"{{{data},"quota":{{"left":[-1e999]}}}}"#),
        format!(
            r#"{{{data},"deep":{}1{}}}"#,
            "[".repeat(1_000),
            "]".repeat(1_000)
        ),
        format!("{{{data},{data}}}"),
        format!(r#"{{{data},"data":null}}"#),
        format!(r#"{{"data":"","status":5,{data}}}"#),
        format!("{{{data}}}{{}}"),
        format!("{{{data}}}\0"),
        format!("{{{data}"),
        format!("{{{data},}}"),
        format!("{{{}}}", data.replace('}', r#","ttl":1e400}"#)),
        format!(r#"{{"a":1,,{data}}}"#),
        format!(r#"{{"a":1, , ,{data}}}"#),
        format!("{{,{data}}}"),
        format!(r#"{{"x",{data}}}"#),
        format!(r#"{{"x" 1,{data}}}"#),
        format!("{{x,{data}}}"),
        format!("{{{{}},[],{data}}}"),
        format!("{{/* c */{data}}}"),
        format!("{{/* a \"b\", {{: */{data}}}"),
        format!("{{// it's a \"b\n{data}}}"),
        format!(r#"{{"a":/*,*/1/**/,{data}}}"#),
        format!("/* c */{{{data}}}"),
        format!("\0{{{data}}}"),
        format!("{{\0{data}}}"),
        format!("\u{FEFF}\u{FEFF}{{{data}}}"),
        format!("\u{FEFF} \0\u{FEFF}{{\u{FEFF}{data}}}"),
        format!("{{{}}}", data.replace('{', "{,")),
        format!("{{{}}}", data.replace('{', "{/* c */")),
        format!("{{{}}}", data.replace("\":", "\"/**/:/**/")),
    ] {
        let read = read(200, &[], &body).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(read.uri(), expected.uri(), "{body}");
        assert_eq!(read.token(), expected.token(), "{body}");
    }
    let mut not_utf8 = format!(r#"{{{data},"name":"?"}}"#).into_bytes();
    let at = not_utf8.iter().position(|&byte| byte == b'?').unwrap();
    not_utf8[at] = 0xFF;
    assert!(read(200, &[], not_utf8).is_ok());
}

#[test]
fn a_long_body_of_junk_takes_no_longer_than_its_length() {
    for junk in [
        ",", ":", "/*", "//", "/*/", "\n//", "\0", "\u{FEFF}", "\"", "{", "x,",
    ] {
        let junk = junk.repeat((1 << 18) / junk.len());
        for end in ["", "*/", "\n"] {
            assert!(error(200, &[], format!("{{{junk}{end}")).is_unreadable());
        }
    }
}

#[test]
fn what_can_be_read_beside_a_bad_member_is_kept() {
    let created = read(
        200,
        &[],
        br#"{"status_code":"200","status":"OK","quota":1e400,"plan":"a",
        "data":{"session_uri":"https://a/b","session_token":"t","ttl":3600,"odd":1e400}}"#,
    );
    let created = created.unwrap();
    assert_eq!((created.status_code(), created.status()), (200, "OK"));
    assert_eq!(created.extra().keys().collect::<Vec<_>>(), ["plan"]);
    assert_eq!(created.data_extra()["ttl"], 3600);
}

#[test]
fn half_a_session_is_none() {
    for body in [
        r#"{"data":{"session_uri":"https://a/b","session_token":"t"#,
        r#"{"data":{"session_uri":"https://a/b","session_token":""}}"#,
        r#"{"data":{"session_uri":"myapp://a/b","session_token":"t"}}"#,
        r#"{"data":{"session_uri":"https://a/b"},"session_token":"t"}"#,
        r#"[{"data":{"session_uri":"https://a/b","session_token":"t"}}]"#,
    ] {
        assert!(error(200, &[], body).is_unreadable(), "{body}");
    }
}

#[test]
fn an_error_is_read_without_its_bad_member() {
    let body = |member: &str| format!(r#"{{"type_name":"T",{member},"message":"m","detail":"d"}}"#);
    for member in [
        r#""status_code":"401""#,
        r#""status_code":70000"#,
        r#""error":4711"#,
        r#""ref":{}"#,
        r#""retries":1e400"#,
        r#""retries":NaN"#,
        r#""error":"a","error":"b""#,
    ] {
        let error = error(400, &[], body(member));
        assert_eq!(
            error.to_string(),
            "the service answered 400 Bad Request: T: m: d"
        );
    }
    let marked = format!("\u{FEFF}{}", body(r#""a":1"#));
    assert_eq!(error(400, &[], marked).error_body().unwrap().extra["a"], 1);
}

#[test]
fn an_error_inside_an_error_is_read() {
    for (body, line) in [
        (r#"{"error":{"message":"no such app"}}"#, ": no such app"),
        (
            r#"{"error":{"type":"T","message":"m","detail":[1]}}"#,
            ": T: m: [1]",
        ),
        (r#"{"error":{"type_name":"T","code":4,"a":NaN}}"#, ": T"),
        (
            r#"{"error":{"message":"inner","type":"T"},"message":"outer"}"#,
            ": T: outer",
        ),
        (r#"{"error":{"message":4},"message":"m"}"#, ": m"),
        (
            r#"{"error":{"message":4}}"#,
            " with 23 bytes of no known media type instead of the API's JSON",
        ),
    ] {
        let line = format!("the service answered 400 Bad Request{line}");
        assert_eq!(error(400, &[], body).to_string(), line);
    }
    let deep = format!("{}1{}", r#"{"error":"#.repeat(100_000), "}".repeat(100_000));
    assert!(error(400, &[], deep).error_body().is_none());
    let refused = error(400, &[], r#"{"error":{"message":"no key sk_live_1"}}"#);
    let refused = refused.redact(&ApiKey::new("sk_live_1").unwrap());
    assert!(refused.to_string().ends_with(": no key [API key]"));
}

#[test]
fn an_error_has_no_hole_where_the_service_says_little() {
    for (body, line) in [
        (
            r#"{"error":"upstream overloaded"}"#,
            "the service answered 503 Service Unavailable: upstream overloaded; the service or a proxy \
             failed; try again later",
        ),
        (
            r#"{"message":"","detail":""}"#,
            "the service answered 503 Service Unavailable; the service or a proxy failed; try again later",
        ),
        (
            r#"{"error":{"message":"no such app"},"a":NaN}"#,
            "the service answered 503 Service Unavailable: no such app; the service or a proxy failed; \
             try again later",
        ),
    ] {
        assert_eq!(error(503, &[], body).to_string(), line);
    }
}

#[test]
fn what_is_no_session_is_explained_by_its_headers() {
    for (codings, is_explained) in [
        (&["identity"][..], false),
        (&["IDENTITY", "identity"], false),
        (&["identity", "br"], true),
        (&["gzip"], true),
        (&[""], true),
    ] {
        let headers: Vec<_> = codings.iter().map(|it| ("content-encoding", *it)).collect();
        let error = error(200, &headers, b"\x1f\x8b\x08\0");
        let line = error.to_string();
        assert_eq!(
            line.contains("4 bytes in a content coding"),
            is_explained,
            "{line}"
        );
        assert!(error.is_unreadable() && error.source().is_some() != is_explained);
    }
    for (media_type, is_json) in [
        ("application/json", true),
        ("APPLICATION/Json ; charset=utf-8", true),
        ("application/vnd.api+json;v=1", true),
        ("application/problem+JSON", true),
        ("\tapplication/json\t", true),
        ("application/jsonp", false),
        ("application/xjson", false),
        ("text/json", false),
        ("json", false),
        ("text/html; a=application/json", false),
        ("text/plain;+json", false),
        ("", false),
    ] {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(media_type.as_bytes()).unwrap();
        headers.insert(CONTENT_TYPE, value);
        let error = SessionCreated::from_http(StatusCode::OK, &headers, "{}").unwrap_err();
        let line = error.to_string();
        assert_eq!(
            line.contains("instead of the API's JSON"),
            !is_json,
            "{line}"
        );
    }
}

#[test]
fn an_error_is_one_line_that_says_what_to_do() {
    let html = [("content-type", "text/html")];
    let json = [("content-type", "application/json")];
    let failed = "the service or a proxy failed; try again later";
    for (error, line) in [
        (
            error(402, &json, br#"{"message":"m"}"#),
            "402 Payment Required: m; the plan's request limit is used up".to_owned(),
        ),
        (
            error(404, &html, b"a"),
            "404 Not Found with 1 bytes of text/html instead of the API's JSON; check the base URI"
                .to_owned(),
        ),
        (
            error(429, &json, br#"{"type_name":"T"}"#),
            "429 Too Many Requests: T; wait as long as `retry-after` says, then try again"
                .to_owned(),
        ),
        (
            error(503, &json, br#"{"status_code":503}"#),
            format!(
                "503 Service Unavailable with 19 bytes of application/json instead of the API's \
                 JSON; {failed}"
            ),
        ),
        (
            error(599, &[], b""),
            format!(
                "599 <unknown status code> with 0 bytes of no known media type instead of the \
                 API's JSON; {failed}"
            ),
        ),
        (
            error(422, &json, br#"{"detail":"d"}"#),
            "422 Unprocessable Entity: d".to_owned(),
        ),
        (
            error(200, &json, b""),
            "200 OK with an empty body".to_owned(),
        ),
        (
            error(200, &json, b"\"\xFF"),
            "200 OK with a body that is not UTF-8".to_owned(),
        ),
        (
            error(201, &json, b"{}"),
            "201 Created with 2 bytes that are not a created session".to_owned(),
        ),
        (
            error(200, &html, b"abc"),
            "200 OK with 3 bytes of text/html instead of the API's JSON".to_owned(),
        ),
        (
            error(302, &[("location", "/login")], b""),
            "302 Found with 0 bytes of no known media type instead of the API's JSON; check the \
             base URI; redirects are not followed"
                .to_owned(),
        ),
    ] {
        assert_eq!(error.to_string(), format!("the service answered {line}"));
    }
}

#[test]
fn a_cause_is_told_where_there_is_one() {
    let cause = |body: &[u8]| {
        let error = error(200, &[], body);
        error.source().map(ToString::to_string)
    };
    assert_eq!(
        cause(b"{}"),
        Some("missing field `data` at line 1 column 2".to_owned())
    );
    let not_utf8 = cause(b"{\"\xFF").unwrap();
    assert!(not_utf8.contains("index 2"), "{not_utf8}");
    assert_eq!(cause(b""), None);
    assert!(error(500, &[], b"{}").source().is_none());
}

#[test]
fn the_media_type_is_shown_if_it_looks_like_one() {
    let long = format!("text/{}", "x".repeat(95));
    let longer = format!("{long}x");
    for (media_type, shown) in [
        ("text/html ; charset=utf-8", "text/html"),
        (&long, &long),
        (&longer, "no known media type"),
        ("html", "no known media type"),
        ("", "no known media type"),
    ] {
        let line = error(500, &[("content-type", media_type)], b"").to_string();
        assert!(
            line.contains(&format!("0 bytes of {shown} instead")),
            "{line}"
        );
    }
}

#[test]
fn a_redirect_names_a_host_that_a_host_may_have() {
    let (longest, too_long) = ("h".repeat(255), "h".repeat(256));
    for (status, location, is_named) in [
        (308, format!("https://{longest}/SECRET"), true),
        (308, format!("https://{too_long}/SECRET"), false),
        (200, "https://h".to_owned(), false),
        (401, "https://h".to_owned(), false),
    ] {
        let line = error(status, &[(LOCATION.as_str(), &location)], b"{}").to_string();
        assert_eq!(line.contains("a redirect to https://h"), is_named, "{line}");
        assert!(!line.contains("SECRET"));
    }
}

#[test]
fn the_debug_form_has_what_is_no_secret() {
    let body = br#"{"message":"m","token":"SECRET"}"#;
    let error = error(500, &[("x-secret", "SECRET")], body);
    assert_eq!(format!("{error:?}"), format!("ApiError({error})"));
    assert!(!format!("{error:?}").contains("SECRET"));
    let unread = SessionCreated::from_http(StatusCode::OK, &HeaderMap::new(), "{}").unwrap_err();
    assert_eq!(
        format!("{unread:?}"),
        "ApiError(the service answered 200 OK with 2 bytes that are not a created session: \
         missing field `data` at line 1 column 2)"
    );
    assert_eq!(error.error_body().unwrap().extra["token"], "SECRET");
}

#[test]
fn an_error_answers_questions() {
    let refused = error(401, &[], br#"{"message":"Unauthorized Request"}"#);
    assert!(refused.is_unauthorized() && refused.violations().is_empty());
    for (detail, expected) in [
        (
            r#"{"missing":[{"foobar":"required"},{"a":1}]}"#,
            &[("foobar", "required")][..],
        ),
        (
            r#"{"invalid":[{"/settings/session_length":"use 30m"},{"":"be an object"}]}"#,
            &[
                ("/settings/session_length", "use 30m"),
                ("", "be an object"),
            ],
        ),
        (r#""Missing Header: x-apideck-consumer-id""#, &[]),
        (r#"{"invalid":"a","missing":[1,[{}]]}"#, &[]),
        ("[]", &[]),
    ] {
        let error = error(400, &[], format!(r#"{{"message":"m","detail":{detail}}}"#));
        assert!(!error.is_unauthorized());
        let violations = error.violations();
        let found = violations
            .iter()
            .map(|found| (found.pointer(), found.rule()));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{detail}");
    }
}

#[test]
fn an_error_says_when_to_come_back() {
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let retry_after = ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT");
    let delay = |seconds| Some(RetryAfter::Delay(Duration::from_secs(seconds)));
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_807);
    for (headers, expected) in [
        (&[][..], None),
        (&[("retry-after", "120")], delay(120)),
        (&[("retry-after", "0.2")], delay(1)),
        (&[("retry-after", "1"), ("retry-after", "9")], delay(9)),
        (&[("retry-after", "soon")], Some(RetryAfter::Unreadable)),
        (&[retry_after], Some(RetryAfter::At(at))),
        (&[date, retry_after], delay(30)),
    ] {
        for status in [200, 401, 429, 503] {
            let error = error(status, headers, b"{}");
            assert_eq!(error.retry_after(), expected, "{status} {headers:?}");
        }
    }
}

#[test]
fn the_status_decides_and_the_whole_answer_is_kept() {
    for status in [100, 199, 302, 401, 500] {
        let error = error(status, &[("set-cookie", "a"), ("set-cookie", "b")], CREATED);
        assert_eq!(error.status(), status);
        assert_eq!(error.body(), CREATED);
        assert_eq!(error.headers().get_all("set-cookie").iter().count(), 2);
        assert!(!error.is_unreadable() && error.error_body().is_none());
    }
    for status in [200, 201, 202, 299] {
        assert!(read(status, &[], CREATED).is_ok());
    }
}

#[test]
fn a_request_has_these_headers_and_no_other() {
    let base = "https://h/base/".parse::<BaseUri>().unwrap();
    let request = CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("consumer"))
        .build()
        .to_http(&base, &ApiKey::new("key").unwrap());
    let mut expected = HeaderMap::new();
    for (name, value) in [
        ("authorization", "Bearer key"),
        (APP_ID.as_str(), "app"),
        (CONSUMER_ID.as_str(), "consumer"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ] {
        expected.insert(
            name.parse::<http::HeaderName>().unwrap(),
            HeaderValue::from_static(value),
        );
    }
    assert_eq!(request.headers(), &expected);
    assert_eq!(request.method(), http::Method::POST);
    assert_eq!(request.uri(), "https://h/base/vault/sessions");
}

#[test]
fn a_base_uri_is_as_long_as_leaves_room_for_a_path() {
    let base = |length: usize| format!("https://h/{}", "a".repeat(length - 10));
    let request = CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("consumer"))
        .build();
    let longest: BaseUri = base(8_192).parse().unwrap();
    let request = request.to_http(&longest, &ApiKey::new("key").unwrap());
    assert_eq!(request.uri().to_string().len(), 8_192 + 15);
    // The most that `http::Uri` holds is 65,534 bytes: no path fits behind it.
    for length in [8_193, 65_519, 65_520, 65_534, 65_535, 1 << 20] {
        let text = base(length);
        let expected = format!(
            "invalid base URI: it has {length} bytes, more than the 8192 allowed; write it like \
             `https://unify.apideck.com`"
        );
        if let Ok(uri) = text.parse::<http::Uri>() {
            assert_eq!(BaseUri::try_from(uri).unwrap_err().to_string(), expected);
        }
        assert_eq!(text.parse::<BaseUri>().unwrap_err().to_string(), expected);
        assert_eq!(BaseUri::try_from(text).unwrap_err().to_string(), expected);
    }
    let host = format!("https://{}", "h".repeat(65_526));
    assert!(host.parse::<BaseUri>().is_err());
}

#[test]
fn a_base_uri_is_refused_for_a_reason() {
    let refused = |text: &str| text.parse::<BaseUri>().unwrap_err();
    let reason = |error: InvalidBaseUri| {
        let text = error.to_string();
        let text = text.strip_prefix("invalid base URI").unwrap();
        let (_, text) = text.split_once(": ").unwrap();
        text.strip_suffix("; write it like `https://unify.apideck.com`")
            .unwrap()
            .to_owned()
    };
    for (text, expected) in [
        ("http://a b", "it is not a URI"),
        ("/vault", "scheme or host is missing"),
        ("https://:80", "scheme or host is missing"),
        ("ftp://host", "the scheme is neither http nor https"),
        (
            "https://u@host",
            "it has user information; the API key is set elsewhere",
        ),
        ("https://host?", "it has a query or a fragment"),
        ("https://host/#", "it has a query or a fragment"),
        (
            "https://host/vault/sessions",
            "it ends with `/vault/sessions`, which is added to it",
        ),
    ] {
        assert_eq!(reason(refused(text)), expected, "{text}");
    }
    // The first is no URI by its characters, the second by where they stand.
    for text in ["http://a b", "http://[::1"] {
        assert!(refused(text).source().is_some(), "{text}");
    }
    assert!(refused("/vault").source().is_none());
    for (text, shown) in [
        ("https://host/", "https://host"),
        ("http://host/a/", "http://host/a"),
        ("http://host/a//", "http://host/a"),
    ] {
        assert_eq!(text.parse::<BaseUri>().unwrap().to_string(), shown);
    }
}
