use std::{
    error::Error,
    fmt,
    future::{Future, poll_fn},
    io, iter,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request,
    header::{CONNECTION, EXPECT},
    request::Parts,
};
use http_body_util::BodyExt;
use hyper::{body::Body, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{
    gate::NoRoom,
    head::check,
    line::Line,
    line_state::LineState,
    on_line::{OnLine, Sent},
    wire::Wire,
};
use crate::{
    admin,
    api::Unread,
    fault::{self, Broken, Reply},
    race::{Either, race},
    sync,
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

/// Serves one connection until it closes, or until `stop` and the requests in flight end.
///
/// What goes wrong on a connection is the client's to see; the
/// other ones go on.
pub(crate) async fn serve<W: Wire>(
    wire: W,
    vault: Vault,
    state: Arc<LineState>,
    stop: impl Future<Output = ()> + Send,
) {
    let broken = Mutex::new(None);
    let service = service_fn(|request: Request<_>| {
        let mut on_line = state.begin(&request);
        let (vault, broken) = (&vault, &broken);
        async move {
            match answer(vault, request, Some(&mut on_line)).await {
                Reply::Whole(response) => Ok(response.map(|body| Sent::new(body, on_line))),
                Reply::Broken(answer) => Err(HandOver::leave(broken, (answer, on_line))),
                Reply::Ended => Err(HandOver),
            }
        }
    });
    let line = Line::new(wire, Arc::clone(&state)).with_heads();
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        // The mock dates its answers by its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(line), service);
    let mut stop = pin!(stop);
    let raced = race(&mut connection, &mut stop).await;
    if matches!(&raced, Either::First(Err(error)) if error.is_parse()) {
        // hyper has answered by itself: there is no request that the journal could show.
        vault.metrics().count_unreadable();
    }
    let stopped = matches!(raced, Either::Second(()));
    if stopped {
        Pin::new(&mut connection).graceful_shutdown();
        finish(&mut connection, &state).await;
    }
    let http1::Parts { io, read_buf, .. } = connection.into_parts();
    let mut line = io.into_inner();
    if read_buf.starts_with(HTTP2_PREFACE) {
        let _ = line.write_all(HTTP2_REFUSAL).await;
    }
    let left = sync::lock(&broken).take();
    // Nobody reads what has come in advance.
    drop(read_buf);
    if let Some((broken, on_line)) = left {
        let stop = async {
            if !stopped {
                stop.await;
            }
        };
        fault::play(broken, on_line, line, stop).await;
    } else if W::IS_SOCKET && !stopped {
        race(linger(line), stop).await;
    }
}

/// Drives a connection that is to close until no request on it is in flight, and no answer on its way.
pub(crate) async fn finish(connection: impl Future, state: &LineState) {
    let mut connection = pin!(connection);
    poll_fn(|context| match connection.as_mut().poll(context) {
        Poll::Pending if !state.is_quiet() => Poll::Pending,
        _ => Poll::Ready(()),
    })
    .await;
}

/// Closes the mock's side, and reads on for a while: a reset, which bytes that nobody reads cause,
/// would take the last answer from the client (RFC 9112 §9.6).
async fn linger<W: Wire>(mut line: Line<W>) {
    const WHOLE: Duration = Duration::from_secs(30);
    const SILENCE: Duration = Duration::from_secs(5);
    if line.shutdown().await.is_err() {
        return;
    }
    let drained = async {
        let mut ignored = vec![0; 8 * 1024];
        while matches!(timeout(SILENCE, line.read(&mut ignored)).await, Ok(Ok(1..))) {}
    };
    let _ = timeout(WHOLE, drained).await;
}

/// The error by which the service takes the connection back from hyper, to write on it by itself.
#[derive(Debug)]
struct HandOver;

impl HandOver {
    fn leave(slot: &Mutex<Option<(Box<Broken>, OnLine)>>, answer: (Box<Broken>, OnLine)) -> Self {
        *sync::lock(slot) = Some(answer);
        Self
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the mock breaks this answer by itself")
    }
}

impl Error for HandOver {}

/// Records a request at the mock that it belongs to, reads it to its end, within the limits of size
/// and time, and answers it.
///
/// Without a connection there is no limit of time, and there need not be a tokio runtime.
pub(crate) async fn answer<B>(
    vault: &Vault,
    request: Request<B>,
    mut on_line: Option<&mut OnLine>,
) -> Reply
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    let line = on_line.as_deref().map(OnLine::state);
    if line.is_some_and(|line| line.is_cut()) {
        return Reply::Ended;
    }
    let (parts, body) = request.into_parts();
    let (arrived, mut lease) = vault.arrive(parts, line.cloned());
    let held = async {
        let parts = &arrived.head.parts;
        // Within the process there is no message to be well-formed, and nobody to protect it from.
        if let Some(on_line) = on_line.as_deref_mut() {
            check(parts)?;
            on_line.admit(parts, body.is_end_stream() && fault::is_spared(parts))?;
            on_line.unblocked().await;
        }
        // Reading would ask for a body that is refused anyway (RFC 9110 §10.1.1).
        let is_asked_for = arrived.substitute().is_none() || !awaits_continue(parts);
        let body = if is_asked_for {
            let limit = arrived.vault.body_limit_for(parts);
            match on_line.as_deref_mut() {
                None => read(body, limit, |_| Ok(())).await?,
                Some(on_line) => {
                    let read = read(body, limit, |bytes| on_line.take(bytes));
                    let read = timeout(BODY_TIMEOUT, read).await;
                    read.map_err(|_| Unread::TooSlow)??
                }
            }
        } else {
            Bytes::new()
        };
        if let Some(on_line) = on_line {
            on_line.hold();
        }
        if let Some(fault) = &arrived.fault {
            fault.hold_back(arrived.vault.clock()).await;
        }
        admin::settle(&arrived.vault, &arrived.head).await;
        let answered = arrived.vault.run_hooks(&arrived.head, &body).await;
        Ok((body, answered, is_asked_for))
    };
    let held = match race(held, lease.ended()).await {
        Either::First(held) => Some(held),
        Either::Second(()) => None,
    };
    // Both may have ended before this was woken.
    match held.filter(|_| !lease.is_over()) {
        Some(Ok((body, answered, true))) => arrived.answer(&body, answered, lease),
        Some(Ok((body, answered, false))) => closing(arrived.answer(&body, answered, lease)),
        Some(Err(unread)) => closing(arrived.refuse_unread(unread)),
        None => arrived.end_by_reset(),
    }
}

/// Says that the connection closes, which the rest of a body is still on (RFC 9112 §9.6).
fn closing(mut reply: Reply) -> Reply {
    if let Reply::Whole(response) = &mut reply {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    reply
}

fn awaits_continue(parts: &Parts) -> bool {
    let expected = parts.headers.get(EXPECT);
    expected.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Why a body did not come to its end: broken framing is refused, and whoever stops sending has left.
fn unread(error: &(dyn Error + 'static)) -> Unread {
    let mut causes = iter::successors(Some(error), |&error| error.source());
    let is_broken = causes.any(|cause| match cause.downcast_ref() {
        Some(io) => is_malformed(io),
        None => is_violation(cause),
    });
    if is_broken || !error.is::<hyper::Error>() {
        Unread::Broken
    } else {
        Unread::Left
    }
}

/// Whether hyper could not read a chunk.
fn is_malformed(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput};
    matches!(error.kind(), InvalidData | InvalidInput)
}

/// Whether a client broke the rules of HTTP/2, such as by a body of another length than announced.
#[cfg(feature = "tls")]
fn is_violation(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref().is_some_and(h2::Error::is_library)
}

#[cfg(not(feature = "tls"))]
fn is_violation(_: &(dyn Error + 'static)) -> bool {
    false
}

/// Reads a body into memory of its own: what it comes in may be much larger. Each piece must find
/// room before it is kept.
async fn read<B>(
    body: B,
    limit: usize,
    mut take: impl FnMut(usize) -> Result<(), NoRoom>,
) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static>,
{
    // Do not wait for what will be refused.
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    let mut body = pin!(body);
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| unread(&error))?.into_data() else {
            continue;
        };
        if data.len() > limit - read.len() {
            return Err(Unread::TooLarge);
        }
        take(data.len())?;
        if read.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        read.extend_from_slice(&data);
    }
    Ok(read.into())
}
