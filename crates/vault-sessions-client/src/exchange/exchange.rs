use std::{mem, pin::pin};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_service::Service;
use vault_sessions::wire::ApiError;

use super::{causes, connect_failure::ConnectFailure};
use crate::{
    error::{ErrorKind, Phase},
    transport::{BoxError, Claim, RequestBody, Transport},
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
    /// On the request's body, if the transport takes that only when it writes it.
    claim: Option<Claim>,
    head: Option<(StatusCode, HeaderMap)>,
    body: Body,
}

/// The bytes of a body. Those of the first frame, which is usually the only one, are not copied.
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
    /// The outcome of an exchange that a timeout ended, with what could be read of the answer.
    pub(crate) fn into_timeout(
        self,
        answer: Option<ApiError>,
        phase: Phase,
        to: &str,
    ) -> ErrorKind {
        if !self.sent {
            ErrorKind::NotSentInTime(phase)
        } else if self.claim.as_ref().is_some_and(Claim::take) {
            let to = to.to_owned();
            ErrorKind::NotConnectedInTime { to, phase }
        } else {
            ErrorKind::Timeout(phase, answer)
        }
    }

    /// Takes out what arrived, if at least the head did.
    pub(crate) fn take_partial(&mut self) -> Option<PartialResponse> {
        let (status, headers) = self.head.take()?;
        Some(PartialResponse {
            status,
            headers,
            body: mem::take(&mut self.body).into_bytes(),
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
    pub(crate) fn into_kind(self, answer: Option<ApiError>, to: &str) -> ErrorKind {
        let told = causes::without_debug_data;
        match (self, answer) {
            (Self::NotReady(cause), _) => ErrorKind::NotSent(told(cause)),
            (Self::NoAnswer(cause), _)
                if causes::is_connect(&*cause) || causes::is_refused_handshake(&*cause) =>
            {
                ErrorKind::Connect {
                    to: to.to_owned(),
                    failure: ConnectFailure::of(&*cause),
                    cause: told(cause),
                }
            }
            (Self::NoAnswer(cause), _) if causes::is_unprocessed(&*cause) => {
                ErrorKind::NotProcessed(told(cause))
            }
            (Self::NoAnswer(cause), _) if causes::is_unreadable_head(&*cause) => {
                ErrorKind::UnreadableHead(told(cause))
            }
            (Self::NoAnswer(cause), _) | (Self::Cut(cause), None) => ErrorKind::Lost {
                to: to.to_owned(),
                cause: told(cause),
            },
            (Self::Cut(cause), Some(answer)) => ErrorKind::Cut(answer, told(cause)),
            (Self::TooLarge { limit }, answer) => ErrorKind::TooLarge(answer, limit),
        }
    }
}

/// Sends a request and takes in the answer, up to `limit` bytes of body.
///
/// The request is made when the transport is ready for it: a layer can make it wait until the API key of
/// before is an old one.
pub(crate) async fn exchange(
    mut transport: Transport,
    request: impl FnOnce() -> Request<RequestBody>,
    limit: usize,
    received: &mut Received,
) -> Result<PartialResponse, Failure> {
    let transport = transport.ready().await.map_err(Failure::NotReady)?;
    let request = request();
    received.sent = true;
    if transport.is_pooled() {
        received.claim = Some(request.body().claim());
    }
    let response = transport.call(request).await.map_err(Failure::NoAnswer)?;
    let (head, body) = response.into_parts();
    let (status, headers) = received.head.insert((head.status, head.headers));
    let mut body = pin!(body);
    let length = body.size_hint().exact();
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
    // Over HTTP/2 a stream that is cancelled looks like one that ended.
    if length.is_some_and(|length| (received.body.len() as u64) < length) {
        return Err(Failure::Cut("the body is shorter than announced".into()));
    }
    Ok(PartialResponse {
        status: *status,
        headers: mem::take(headers),
        body: mem::take(&mut received.body).into_bytes(),
    })
}
