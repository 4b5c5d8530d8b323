use std::{error::Error, fmt, future::Future, pin::Pin, sync::Arc};

use http::Request;
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch, time::Duration};
use tokio_rustls::server::TlsStream;

use crate::{
    fault::Reply,
    race::{Either, race},
    serve::{Line, LineState, Sent, answer, finish},
    vault::Vault,
};

/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);

/// Requests of one connection at the same time.
const STREAMS: u32 = 128;

/// Bytes that a client may send before the server has read them, on a stream and on a connection.
const WINDOW: u32 = 64 * 1024;

/// The largest request head, in bytes, as on HTTP/1.1: a token of a large body must fit.
const HEADERS: u32 = 64 * 1024;

/// Bytes of an answer that wait to be sent.
const SEND_BUFFER: usize = 64 * 1024;

/// Serves one HTTP/2 connection until it closes, or until `stop` and the requests in flight end.
pub(super) async fn serve(
    stream: TlsStream<TcpStream>,
    vault: Vault,
    state: Arc<LineState>,
    stop: impl Future<Output = ()> + Send,
) {
    let (stopped, stopping) = watch::channel(());
    let on_line = Arc::clone(&state);
    let service = service_fn(move |request: Request<Incoming>| {
        let (vault, mut on_line) = (vault.clone(), on_line.begin(&request));
        let mut stopping = stopping.clone();
        async move {
            match answer(&vault, request, Some(&mut on_line)).await {
                Reply::Whole(response) => Ok(response.map(|body| Sent::new(body, on_line))),
                Reply::Ended => Err(Reset),
                Reply::Broken(mut broken) => {
                    on_line.wait();
                    race(broken.hold(), stopping.changed()).await;
                    broken.finish();
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
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_header_list_size(HEADERS)
        .max_send_buf_size(SEND_BUFFER)
        // The mock dates its answers by its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(Line::new(stream, Arc::clone(&state))), service);
    let over = race(stop, state.long_idle());
    if let Either::Second(_) = race(&mut connection, over).await {
        drop(stopped);
        Pin::new(&mut connection).graceful_shutdown();
        finish(connection, &state).await;
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
