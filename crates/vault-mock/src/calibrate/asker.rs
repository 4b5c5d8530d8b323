use std::{error::Error, future::poll_fn, pin::Pin, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body;
use tokio::time::timeout;
use tower_service::Service;

use super::answer::Answer;
use crate::vault::Vault;

type BoxError = Box<dyn Error + Send + Sync>;

pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type BoxFn<I, O> = Box<dyn FnMut(I) -> BoxFuture<O> + Send>;

/// Bytes of the largest answer that is read: a token of a body of 100 kB, twice, and some room.
const ANSWER_LIMIT: usize = 2 * 1024 * 1024;

/// Whom questions are put to: a service behind a network, or a mock in this process.
pub(super) trait Asker: Send {
    /// Sends a request and reads the answer to its end; the error says why there is none.
    fn send(
        &mut self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Answer, String>> + Send;

    /// Lets time pass for whoever answers.
    fn pause(&mut self, length: Duration) -> impl Future<Output = ()> + Send;

    /// The time between two requests, which passes anyway.
    fn interval(&self) -> Duration;
}

/// Any service behind a `tower` service.
pub(super) struct Remote {
    send: BoxFn<Request<Bytes>, Result<Response<Bytes>, BoxError>>,
    pub(super) pause: BoxFn<Duration, ()>,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    /// Whether a request has been sent.
    has_begun: bool,
}

impl Remote {
    pub(super) fn new<S, B, R>(service: S) -> Self
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: From<Bytes> + Send + 'static,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        Self {
            send: Box::new(move |request| {
                let service = service.clone();
                Box::pin(exchange(service, request.map(B::from)))
            }),
            pause: Box::new(|length| Box::pin(tokio::time::sleep(length))),
            interval: Duration::from_millis(500),
            timeout: Duration::from_secs(10),
            has_begun: false,
        }
    }
}

impl Asker for Remote {
    async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, String> {
        if self.has_begun && !self.interval.is_zero() {
            (self.pause)(self.interval).await;
        }
        self.has_begun = true;
        match timeout(self.timeout, (self.send)(request)).await {
            Ok(Ok(response)) => Ok(response.into()),
            Ok(Err(error)) => Err(with_causes(&*error)),
            Err(_) => Err(format!("no whole answer within {:?}", self.timeout)),
        }
    }

    async fn pause(&mut self, length: Duration) {
        (self.pause)(length).await;
    }

    fn interval(&self) -> Duration {
        self.interval
    }
}

async fn exchange<S, B, R>(mut service: S, request: Request<B>) -> Result<Response<Bytes>, BoxError>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
    R::Error: Into<BoxError>,
{
    let ready = poll_fn(|context| service.poll_ready(context)).await;
    ready.map_err(Into::into)?;
    let response = service.call(request).await.map_err(Into::into)?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, ANSWER_LIMIT).collect().await?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// An error and what caused it, on one line.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let mut texts: Vec<String> = Vec::new();
    for text in causes.map(ToString::to_string) {
        // Some errors repeat their cause.
        if !texts.last().is_some_and(|last| last.ends_with(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

/// A mock whose clock stands still but for the pauses.
pub(super) struct InProcessMock(pub(super) Vault);

impl Asker for InProcessMock {
    async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, String> {
        Ok(self.0.handle(request).into())
    }

    async fn pause(&mut self, length: Duration) {
        self.0.clock().advance(length);
    }

    fn interval(&self) -> Duration {
        Duration::ZERO
    }
}
