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

use super::wire::Wire;
use crate::{
    admin::Peer,
    api::Unread,
    clock::Clock,
    fault::{self, Broken, Outcome},
    vault::Vault,
};

/// How long a client may take to send a request's headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);

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
        let vault = vault.for_request(request.headers(), request.uri());
        match answer(&vault, request).await {
            Outcome::Whole(response) => Ok(response.map(Full::new)),
            Outcome::Broken(answer) => Err(HandOver::leave(&broken, answer, vault.clock().clone())),
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
    let wire = connection.into_parts().io.into_inner();
    let left = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((broken, clock)) = left {
        let stop = async {
            if !stopped {
                stop.await;
            }
        };
        fault::play(broken, wire, &clock, stop).await;
    }
}

/// The error by which the service takes the connection back from hyper, to write on it by itself.
#[derive(Debug)]
struct HandOver;

impl HandOver {
    fn leave(slot: &Mutex<Option<(Broken, Clock)>>, answer: Broken, clock: Clock) -> Self {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((answer, clock));
        Self
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the mock breaks this answer by itself")
    }
}

impl Error for HandOver {}

/// Reads a request to its end, within the limit, and answers it.
pub(crate) async fn answer<B>(vault: &Vault, request: Request<B>) -> Outcome
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    let _in_flight = vault.journal().begin();
    let (parts, body) = request.into_parts();
    let fault = vault.fault_for(&parts);
    match Limited::new(body, vault.body_limit()).collect().await {
        Ok(body) => {
            if let Some(fault) = &fault {
                fault.hold_back(vault.clock()).await;
            }
            vault.answer(parts, body.to_bytes(), fault.as_ref())
        }
        Err(error) => {
            let unread = if error.is::<LengthLimitError>() {
                Unread::TooLarge
            } else {
                Unread::Broken
            };
            let mut response = vault.refuse_unread(&parts, unread);
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            Outcome::Whole(response)
        }
    }
}
