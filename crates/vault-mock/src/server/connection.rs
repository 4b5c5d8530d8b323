use std::{convert::Infallible, error::Error, pin::pin, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::CONNECTION};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{body::Body, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch};

use crate::{admin::Peer, api::Unread, vault::Vault};

/// How long a client may take to send a request's headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest request head, in bytes; hyper answers 431 to a larger one.
const HEAD_LIMIT: usize = 64 * 1024;

/// Serves one connection until it closes, or until the mock stops and the request in flight ends.
pub(super) async fn serve(stream: TcpStream, vault: Vault, mut stopping: watch::Receiver<bool>) {
    // An answer is one small write: waiting to send it along with a later one only costs time.
    let _ = stream.set_nodelay(true);
    let Ok(peer) = stream.peer_addr() else { return };
    let service = service_fn(async |mut request: Request<_>| {
        request.extensions_mut().insert(Peer(peer));
        Ok::<_, Infallible>(answer(&vault, request).await)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        // The mock dates its answers by its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // What goes wrong on a connection is the client's to see; the other ones go on.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Reads a request to its end, within the limit, and answers it.
pub(crate) async fn answer<B>(vault: &Vault, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    let (parts, body) = request.into_parts();
    let response = match Limited::new(body, vault.body_limit()).collect().await {
        Ok(body) => vault.handle(Request::from_parts(parts, body.to_bytes())),
        Err(error) => {
            let unread = if error.is::<LengthLimitError>() {
                Unread::TooLarge
            } else {
                Unread::Broken
            };
            let mut response = vault.refuse_unread(&parts, unread);
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            response
        }
    };
    response.map(Full::new)
}
