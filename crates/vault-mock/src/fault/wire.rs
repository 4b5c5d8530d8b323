use std::{
    future::{Future, pending},
    io,
    pin::pin,
    time::Duration,
};

use bytes::{BufMut, Bytes, BytesMut};
use http::{
    HeaderMap, HeaderValue, Response,
    header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::effect::Effect;
use crate::{
    arrived::Arrived,
    journal,
    race::{Either, race},
    serve::{Line, OnLine, Wire},
    tenure::Lease,
};

/// An answer that is written past hyper, which would not write it, with the request it belongs to.
#[derive(Debug)]
pub(crate) struct Broken {
    played: Box<Played>,
    arrived: Arrived,
    lease: Lease,
}

/// What is sent, then how it ends.
#[derive(Debug)]
pub(crate) struct Played {
    effect: Effect,
    sent: Bytes,
    /// How often [`PADDING`] is sent after that.
    padding: usize,
    /// Sent after the padding.
    rest: Bytes,
    /// Sent at last, byte by byte.
    dripped: Bytes,
    interval: Duration,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Close,
    Reset,
    /// The client's turn: the connection stays until the client leaves.
    Wait,
}

/// How many bytes a wrong `Content-Length` is off.
const OFF: usize = 10;

/// A piece of a header that is too long: many clients that do not read it take no memory.
static PADDING: [u8; 16 * 1024] = [b'x'; 16 * 1024];

/// How many pieces of it are more than hyper and every other client reads of headers.
const OVERSIZED: usize = 32;

impl Played {
    /// The broken form of an answer, if the effect breaks it on the wire.
    pub(super) fn new(effect: &Effect, response: &Response<Bytes>) -> Option<Self> {
        let body = response.body();
        let half = &body[..body.len() / 2];
        // Of an answer to HEAD only the header knows it.
        let length = response.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let length: usize = length.unwrap_or(body.len());
        let head = |length: usize| head(response, CONTENT_LENGTH, length.into());
        let (sent, end) = match effect {
            Effect::CloseBeforeHeaders => (BytesMut::new(), End::Close),
            Effect::ResetBeforeHeaders => (BytesMut::new(), End::Reset),
            Effect::Hang => (BytesMut::new(), End::Wait),
            Effect::CloseInHeaders => {
                let mut head = head(length);
                head.truncate(head.len() / 2);
                (head, End::Close)
            }
            Effect::CloseAfterHeaders => (head(length), End::Close),
            Effect::TruncatedBody => (with(head(length), half), End::Close),
            Effect::ResetInBody => (with(head(length), half), End::Reset),
            Effect::LongContentLength => (with(head(length + OFF), body), End::Wait),
            Effect::ShortContentLength => {
                let length = length.saturating_sub(OFF);
                (with(head(length), body), End::Close)
            }
            Effect::BadChunk => {
                let chunked = HeaderValue::from_static("chunked");
                let head = self::head(response, TRANSFER_ENCODING, chunked);
                // An answer to HEAD has no body that could be broken.
                let chunk: &[u8] = if body.is_empty() {
                    b""
                } else {
                    b"no number\r\n"
                };
                (with(head, chunk), End::Close)
            }
            Effect::Garbage => (
                BytesMut::from(&b"\x16\x03\x01 no HTTP\r\n\r\n"[..]),
                End::Close,
            ),
            Effect::OversizedHeaders => {
                let mut head = head(length);
                head.truncate(head.len() - 2);
                return Some(Self {
                    padding: OVERSIZED,
                    rest: with(BytesMut::from(&b"\r\n\r\n"[..]), body).freeze(),
                    ..Self::of(effect, with(head, b"x-oversized: "), End::Close)
                });
            }
            Effect::Drip(interval) => {
                // The whole answer arrives, so that a client would send its next request here.
                let mut last = response.clone();
                let close = HeaderValue::from_static("close");
                last.headers_mut().insert(CONNECTION, close);
                let head = self::head(&last, CONTENT_LENGTH, length.into());
                return Some(Self {
                    dripped: body.clone(),
                    interval: *interval,
                    ..Self::of(effect, head, End::Close)
                });
            }
            _ => return None,
        };
        Some(Self::of(effect, sent, end))
    }

    fn of(effect: &Effect, sent: BytesMut, end: End) -> Self {
        Self {
            effect: effect.clone(),
            sent: sent.freeze(),
            padding: 0,
            rest: Bytes::new(),
            dripped: Bytes::new(),
            interval: Duration::ZERO,
            end,
        }
    }
}

impl Broken {
    pub(crate) fn new(played: Box<Played>, arrived: Arrived, lease: Lease) -> Self {
        Self {
            played,
            arrived,
            lease,
        }
    }

    /// What breaks the answer.
    pub(crate) fn effect(&self) -> &Effect {
        &self.played.effect
    }

    /// Says that all is sent that will be.
    pub(crate) fn finish(mut self) -> Arrived {
        self.arrived.end(journal::End::Answered);
        self.arrived
    }

    /// Keeps silent to the client of a way that can show a fault by nothing else, until a reset or the
    /// end of the fault.
    pub(crate) async fn hold(&mut self) {
        if self.played.effect == Effect::Hang {
            self.lease.ended().await;
        }
    }
}

fn head(response: &Response<Bytes>, framing: http::HeaderName, value: HeaderValue) -> BytesMut {
    let mut headers: HeaderMap = response.headers().clone();
    // RFC 9112 §6.2: never both.
    headers.remove(CONTENT_LENGTH);
    headers.insert(framing, value);
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = BytesMut::from(&b"HTTP/1.1 "[..]);
    head.put_slice(status.as_str().as_bytes());
    head.put_u8(b' ');
    head.put_slice(reason.as_bytes());
    head.put_slice(b"\r\n");
    for (name, value) in &headers {
        head.put_slice(name.as_str().as_bytes());
        head.put_slice(b": ");
        head.put_slice(value.as_bytes());
        head.put_slice(b"\r\n");
    }
    head.put_slice(b"\r\n");
    head
}

fn with(mut head: BytesMut, body: &[u8]) -> BytesMut {
    head.put_slice(body);
    head
}

/// Plays a broken answer on the connection it belongs to, until it ends, the client leaves, or
/// something ends it. What only waits for the client also ends with `stop`: it is not in flight.
pub(crate) async fn play<W: Wire>(
    broken: Box<Broken>,
    mut on_line: OnLine,
    mut wire: Line<W>,
    stop: impl Future<Output = ()>,
) {
    let Broken {
        played,
        mut arrived,
        mut lease,
    } = *broken;
    if played.end == End::Wait {
        on_line.wait();
    }
    let stop = async {
        if played.end == End::Wait {
            stop.await;
        } else {
            pending::<()>().await;
        }
    };
    let over = race(stop, lease.ended());
    match race(write(&played, &mut wire, &arrived), over).await {
        Either::First(Ok(())) => arrived.end(journal::End::Answered),
        Either::First(Err(_)) => arrived.end(journal::End::Abandoned),
        Either::Second(_) => return arrived.end(journal::End::Reset),
    }
    match played.end {
        End::Reset => wire.reset_on_drop(),
        End::Close | End::Wait => {
            let _ = wire.shutdown().await;
        }
    }
}

async fn write<W: Wire>(played: &Played, wire: &mut Line<W>, arrived: &Arrived) -> io::Result<()> {
    wire.write_all(&played.sent).await?;
    for _ in 0..played.padding {
        wire.write_all(&PADDING).await?;
    }
    wire.write_all(&played.rest).await?;
    wire.flush().await?;
    let mut is_closed = false;
    for byte in played.dripped.chunks(1) {
        let mut pause = pin!(async {
            if let Some(drawn) = &arrived.fault {
                let clock = arrived.vault.clock();
                drawn.fault.pause(played.interval, clock).await;
            }
        });
        // A client that has closed its side may still read; writing shows whether it does.
        if !is_closed {
            is_closed = matches!(race(&mut pause, left(wire)).await, Either::Second(()));
        }
        if is_closed {
            pause.await;
        }
        wire.write_all(byte).await?;
        wire.flush().await?;
    }
    if played.end == End::Wait {
        left(wire).await;
    }
    Ok(())
}

/// Waits until the client closes its side; what it still sends is of no interest.
async fn left<W: Wire>(wire: &mut Line<W>) {
    let mut ignored = [0; 1024];
    while matches!(wire.read(&mut ignored).await, Ok(1..)) {}
}
