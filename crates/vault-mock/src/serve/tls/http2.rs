use std::{
    error::Error,
    fmt,
    future::{Future, pending},
    pin::{Pin, pin},
};

use http::Request;
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{net::TcpStream, time::Duration};
use tokio_rustls::server::TlsStream;

use crate::{
    admin::Peer,
    fault::{Effect, Outcome},
    serve::{BODY_TIMEOUT, answer},
    vault::Vault,
};

/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);

/// Requests of one connection at the same time.
const STREAMS: u32 = 128;

/// Serves one HTTP/2 connection until it closes, or until `stop` and the requests in flight end.
pub(super) async fn serve(
    stream: TlsStream<TcpStream>,
    peer: Peer,
    vault: Vault,
    stop: impl Future<Output = ()> + Send,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        let vault = vault.clone();
        request.extensions_mut().insert(peer);
        async move {
            match answer(&vault, request, Some(BODY_TIMEOUT)).await {
                Outcome::Whole(response) => Ok(response.map(Full::new)),
                Outcome::Broken(broken) => {
                    if *broken.effect() == Effect::Hang {
                        pending::<()>().await;
                    }
                    // What hyper answers to an error: it resets the stream with INTERNAL_ERROR.
                    Err(Reset)
                }
            }
        }
    });
    let mut connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .max_concurrent_streams(STREAMS)
        // The mock dates its answers by its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut stop = pin!(stop);
    let stopped = tokio::select! {
        _ = &mut connection => false,
        () = &mut stop => true,
    };
    if stopped {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = connection.await;
    }
}

/// A fault on the wire, as far as HTTP/2 can show it.
#[derive(Debug)]
struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the mock resets this stream")
    }
}

impl Error for Reset {}
