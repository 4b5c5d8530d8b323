use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use tower_service::Service;

use crate::{
    fault::{Effect, Fault, Reply},
    serve::{VaultServer, answer},
    vault::Vault,
};

/// The mock as a `tower` service: no port, no connection, and exact under tokio's paused time.
///
/// Use it as the transport of a client. Unlike [`Vault::handle`] it waits for delays and runs hooks.
/// Unlike an [`InProcessConnector`](crate::InProcessConnector) it has no connection that could break:
/// it returns [`NoAnswerError`] instead. It reads the request's body, up to the mock's limit.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use http_body_util::Full;
/// use tower_service::Service;
/// use vault_mock::Vault;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let vault = Vault::builder().build();
/// let mut service = vault.service();
/// let request = Request::get("/health").body(Full::<Bytes>::default()).unwrap();
/// assert_eq!(service.call(request).await.unwrap().status(), 200);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct InProcess(Vault);

impl Vault {
    /// The mock as a `tower` service.
    #[must_use]
    pub fn service(&self) -> InProcess {
        InProcess(self.clone())
    }
}

impl Vault {
    /// Answers a request as a server does: after its delays and hooks.
    ///
    /// A text becomes a body by `.into()`. Nothing is sent anywhere, so no port and no HTTP client are
    /// needed, and time is exact where tokio's is paused.
    ///
    /// ```
    /// use vault_mock::{Vault, fault::Fault, http::Request};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let vault = Vault::builder().build();
    /// let answer = vault.call(Request::get("/health").body("".into())?).await?;
    /// assert_eq!(answer.body(), "{\"status\":\"ok\"}");
    ///
    /// vault.faults().inject(Fault::reset());
    /// assert!(vault.call(Request::get("/vault/connections").body("".into())?).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// There is no answer: a fault broke it on the wire, or a reset of the mock ended the request.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswerError> {
        let request = request.map(Full::new);
        let (parts, body) = self.service().call(request).await?.into_parts();
        let Ok(body) = body.collect().await;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

impl VaultServer {
    /// A mock without a port, with the defaults of [`start`](VaultServer::start): the short form of
    /// `Vault::builder().build()`.
    ///
    /// Reach it by [`service`](Vault::service), [`connector`](Vault::connector) or
    /// [`handle`](Vault::handle).
    ///
    /// # Panics
    ///
    /// The system has no source of randomness.
    #[must_use]
    pub fn in_process() -> Vault {
        Vault::builder().build()
    }
}

impl<B> Service<Request<B>> for InProcess
where
    B: Body<Data = Bytes, Error: Error + Send + Sync + 'static> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = NoAnswerError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NoAnswerError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoAnswerError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let vault = self.0.clone();
        Box::pin(async move {
            match answer(&vault, request, None).await {
                Reply::Whole(response) => Ok(response.map(Full::new)),
                Reply::Broken(mut broken) => {
                    broken.hold().await;
                    let effect = broken.effect().clone();
                    broken.finish();
                    Err(NoAnswerError(Some(effect)))
                }
                Reply::Ended => Err(NoAnswerError(None)),
            }
        })
    }
}

/// There is no answer: an injected fault broke it on the wire, which
/// [`InProcessConnector`](crate::InProcessConnector) shows, or a reset of the mock ended the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAnswerError(Option<Effect>);

impl NoAnswerError {
    /// What broke the answer; `None` if the request was ended by a reset.
    #[must_use]
    pub fn effect(&self) -> Option<&Effect> {
        self.0.as_ref()
    }
}

impl fmt::Display for NoAnswerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(effect) = &self.0 else {
            return formatter.write_str("no answer: a reset of the mock ended the request");
        };
        let fault = Fault::from(effect.clone());
        write!(
            formatter,
            "no answer: the mock injected the fault `{fault}`"
        )
    }
}

impl Error for NoAnswerError {}
