use http::{
    HeaderValue, Version,
    header::{EXPECT, HOST, TRANSFER_ENCODING},
    request::Parts,
    uri::Authority,
};

use crate::{api::Unread, base};

/// Refuses a request that HTTP does not allow, or asks for what is not here, by its head alone.
pub(super) fn check(parts: &Parts) -> Result<(), Unread> {
    check_host(parts).map_err(Unread::InvalidHead)?;
    let is_known = |value: &HeaderValue, known: &str| {
        let value = value.as_bytes();
        value.eq_ignore_ascii_case(known.as_bytes())
    };
    // Lines are one list (RFC 9110 §5.3), and chunked is applied once (RFC 9112 §6.1).
    let mut codings = parts.headers.get_all(TRANSFER_ENCODING).iter();
    if codings
        .next()
        .is_some_and(|coding| !is_known(coding, "chunked"))
        || codings.next().is_some()
    {
        return Err(Unread::UnknownTransferCoding);
    }
    let mut expectations = parts.headers.get_all(EXPECT).iter();
    if !expectations.all(|expectation| is_known(expectation, "100-continue")) {
        return Err(Unread::UnknownExpectation);
    }
    Ok(())
}

/// One host and no other: RFC 9112 §3.2 for HTTP/1.1, RFC 9113 §8.3.1 for HTTP/2, where `:authority`
/// stands for the header.
fn check_host(parts: &Parts) -> Result<(), &'static str> {
    let target = parts.uri.authority();
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err("Duplicate Header: host");
    }
    if target.is_some_and(|target| !is_host(target.as_str())) {
        return Err("Invalid Authority: it is not a host and port");
    }
    let is_http2 = parts.version >= Version::HTTP_2;
    match (host, target) {
        (Some(host), _) if !host.to_str().is_ok_and(is_host) => {
            Err("Invalid Header: host: it is not a host and port")
        }
        (Some(host), Some(target)) if is_http2 && *target != *host.to_str().unwrap_or_default() => {
            Err("Invalid Header: host: it differs from :authority")
        }
        (None, None) if is_http2 || parts.version == Version::HTTP_11 => {
            Err("Missing Header: host")
        }
        (None, Some(_)) if parts.version == Version::HTTP_11 => Err("Missing Header: host"),
        _ => Ok(()),
    }
}

/// Whether a text is a host and perhaps a port (RFC 3986 §3.2.2). No host at all is one, too.
fn is_host(text: &str) -> bool {
    // What nearly every client sends is no more than that: it spares a parse.
    if text.is_empty() || base::is_plain(text) {
        return true;
    }
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    let port = text.get(authority.host().len()..).unwrap_or_default();
    let is_port = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => {
            digits.is_empty()
                || digits
                    .parse::<u16>()
                    .is_ok_and(|_| !digits.starts_with('+'))
        }
    };
    is_port && !text.contains('@')
}
