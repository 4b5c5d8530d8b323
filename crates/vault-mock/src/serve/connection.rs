use std::{
    error::Error,
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, header::CONNECTION};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{body::Body, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{io::AsyncWriteExt, time::timeout};

use super::{head::check, wire::Wire};
use crate::{
    admin::{self, Peer},
    api::Unread,
    fault::{self, Broken, Outcome},
    identity::Head,
    vault::Vault,
};

/// How long a client may take to send a request's headers.
pub(crate) const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take to send a request's body.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How a client of HTTP/2 opens a connection (RFC 9113 §3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What tells such a client why it is not served, on a connection without TLS: empty settings, and
/// GOAWAY with `HTTP_1_1_REQUIRED` (RFC 9113 §6.8, §7).
const HTTP2_REFUSAL: &[u8] = &[
    0, 0, 0, 4, 0, 0, 0, 0, 0, //
    0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xd,
];

/// The largest request head, in bytes; hyper answers 431 to a larger one.
const HEAD_LIMIT: usize = 64 * 1024;

/// Serves one connection until it closes, or until `stop` and the request in flight end.
///
/// `peer` is `None` within the process. What goes wrong on a connection is the client's to see; the
/// other ones go on.
pub(crate) async fn serve<W: Wire>(
    wire: W,
    peer: Option<Peer>,
    vault: Vault,
    stop: impl Future<Output = ()> + Send,
) {
    let broken = Mutex::new(None);
    let service = service_fn(async |mut request: Request<_>| {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        match answer(&vault, request, Some(BODY_TIMEOUT)).await {
            Outcome::Whole(response) => Ok(response.map(Full::new)),
            Outcome::Broken(answer) => Err(HandOver::leave(&broken, answer)),
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        // The mock dates its answers by its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(wire), service);
    let mut stop = pin!(stop);
    let stopped = tokio::select! {
        _ = &mut connection => false,
        () = &mut stop => true,
    };
    if stopped {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = (&mut connection).await;
    }
    let parts = connection.into_parts();
    let mut wire = parts.io.into_inner();
    if parts.read_buf.starts_with(HTTP2_PREFACE) {
        let _ = wire.write_all(HTTP2_REFUSAL).await;
        let _ = wire.shutdown().await;
        return;
    }
    let left = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(broken) = left {
        let stop = async {
            if !stopped {
                stop.await;
            }
        };
        fault::play(broken, wire, stop).await;
    }
}

/// The error by which the service takes the connection back from hyper, to write on it by itself.
#[derive(Debug)]
struct HandOver;

impl HandOver {
    fn leave(slot: &Mutex<Option<Broken>>, answer: Broken) -> Self {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Self
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the mock breaks this answer by itself")
    }
}

impl Error for HandOver {}

/// Finds the mock that a request belongs to, reads the request to its end, within the limits of size
/// and time, and answers it.
///
/// Without a limit of time there need not be a tokio runtime.
pub(crate) async fn answer<B>(
    vault: &Vault,
    request: Request<B>,
    body_timeout: Option<Duration>,
) -> Outcome
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    let (parts, body) = request.into_parts();
    let head = Head::from(parts);
    let vault = &vault.for_request(&head);
    // Who asks whether all is answered does not count.
    let is_admin = admin::is_admin(vault, &head.parts);
    let _in_flight = (!is_admin).then(|| vault.journal().begin());
    let fault = vault.fault_for(&head);
    // Within the process there is no message to be well-formed.
    let checked = match body_timeout {
        Some(_) => check(&head.parts),
        None => Ok(()),
    };
    let read = match checked {
        Ok(()) => read(body, vault.body_limit_for(&head.parts), body_timeout).await,
        Err(unread) => Err(unread),
    };
    match read {
        Ok(body) => {
            if let Some(fault) = &fault {
                fault.hold_back(vault.clock()).await;
            }
            let answered = vault.run_hooks(&head.parts, &body).await;
            vault.answer(&head, &body, fault.as_ref(), answered)
        }
        Err(unread) => {
            let mut response = vault.refuse_unread(&head, unread);
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            Outcome::Whole(response)
        }
    }
}

async fn read<B>(body: B, limit: usize, body_timeout: Option<Duration>) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    // Do not wait for what will be refused.
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    let read = Limited::new(body, limit).collect();
    let read = match body_timeout {
        None => read.await,
        Some(limit) => timeout(limit, read).await.map_err(|_| Unread::TooSlow)?,
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Broken),
    }
}
