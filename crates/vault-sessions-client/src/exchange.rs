use std::{error::Error as StdError, io, iter, mem, pin::pin};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::client::legacy;
use tower::{Service, ServiceExt};

use crate::{
    error::{ErrorKind, Phase},
    transport::{BoxError, ConnectTimedOut, RequestBody, Transport},
};

/// What has arrived of an answer so far.
pub(crate) struct PartialResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Filled by [`exchange`] as the answer arrives, so that a timeout loses nothing of it.
#[derive(Default)]
pub(crate) struct Received {
    /// Whether the transport has been given the request.
    sent: bool,
    head: Option<(StatusCode, HeaderMap)>,
    body: Body,
}

/// The bytes of a body. Those of the first frame, mostly all there are, are not copied.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// All bytes, once there is a second frame.
    all: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    fn push(&mut self, data: Bytes) {
        if self.len() == 0 {
            self.first = data;
            return;
        }
        self.all.extend_from_slice(&mem::take(&mut self.first));
        self.all.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

impl Received {
    /// What came of an exchange that a timeout ended.
    pub(crate) fn into_timeout(self, phase: Phase) -> ErrorKind {
        if self.sent {
            ErrorKind::Timeout(phase, self.partial())
        } else {
            ErrorKind::NotSentInTime(phase)
        }
    }

    /// What arrived, if at least the head did.
    pub(crate) fn partial(self) -> Option<PartialResponse> {
        let body = self.body.into_bytes();
        self.head.map(|(status, headers)| PartialResponse {
            status,
            headers,
            body,
        })
    }
}

/// Why an exchange did not complete.
pub(crate) enum Failure {
    NotReady(BoxError),
    NoAnswer(BoxError),
    Cut(BoxError),
    TooLarge { limit: usize },
}

impl Failure {
    pub(crate) fn into_kind(self, partial: Option<PartialResponse>, to: &str) -> ErrorKind {
        match (self, partial) {
            (Self::NotReady(cause), _) => ErrorKind::NotSent(cause),
            (Self::NoAnswer(cause), _) if is_connect(&*cause) => {
                let timed_out = is_timeout(&*cause);
                ErrorKind::Connect {
                    to: to.to_owned(),
                    timed_out,
                    tls: is_tls(&*cause),
                    cause,
                }
            }
            (Self::NoAnswer(cause), _) | (Self::Cut(cause), None) => ErrorKind::Lost(cause),
            (Self::Cut(cause), Some(partial)) => ErrorKind::Cut(partial, cause),
            (Self::TooLarge { limit }, partial) => ErrorKind::TooLarge(partial, limit),
        }
    }
}

/// Sends a request and takes in the answer, up to `limit` bytes of body.
pub(crate) async fn exchange(
    mut transport: Transport,
    request: Request<RequestBody>,
    limit: usize,
    received: &mut Received,
) -> Result<PartialResponse, Failure> {
    let transport = transport.ready().await.map_err(Failure::NotReady)?;
    received.sent = true;
    let response = transport.call(request).await.map_err(Failure::NoAnswer)?;
    let (head, body) = response.into_parts();
    let (status, headers) = received.head.insert((head.status, head.headers));
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame.map_err(Failure::Cut)?.into_data() else {
            continue;
        };
        let room = limit - received.body.len();
        let is_too_large = data.len() > room;
        data.truncate(room);
        received.body.push(data);
        if is_too_large {
            return Err(Failure::TooLarge { limit });
        }
    }
    Ok(PartialResponse {
        status: *status,
        headers: mem::take(headers),
        body: mem::take(&mut received.body).into_bytes(),
    })
}

/// A transport of the user's own can also fail to connect; a refusal is the one cause that cannot
/// be mistaken for anything later.
fn is_connect(cause: &(dyn StdError + 'static)) -> bool {
    chain(cause).any(|cause| {
        if let Some(error) = cause.downcast_ref::<legacy::Error>() {
            error.is_connect()
        } else if let Some(error) = cause.downcast_ref::<io::Error>() {
            error.kind() == io::ErrorKind::ConnectionRefused
        } else {
            cause.is::<ConnectTimedOut>()
        }
    })
}

/// Of the two clocks that watch a connection being made, the one for TCP may be first.
fn is_timeout(cause: &(dyn StdError + 'static)) -> bool {
    chain(cause).any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        cause.is::<ConnectTimedOut>() || io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
    })
}

/// Whether there was a connection, and the two sides did not agree on TLS.
#[cfg(feature = "tls")]
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    // The source of an I/O error is not the error within it but the source of that one.
    fn wraps_tls(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|within| {
            within.is::<rustls::Error>() || within.downcast_ref().is_some_and(wraps_tls)
        })
    }
    chain(cause).any(|cause| cause.downcast_ref().is_some_and(wraps_tls))
}

#[cfg(not(feature = "tls"))]
fn is_tls(_: &(dyn StdError + 'static)) -> bool {
    false
}

fn chain<'a>(
    cause: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(cause), |&cause| cause.source())
}
