use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Body;
use tower_service::Service;

use crate::{server::answer, vault::Vault};

/// The mock as a `tower` service: no port, no connection, exact under tokio's paused time.
///
/// Put it in the place of a client's transport. It reads the request's body, up to the mock's limit,
/// and never fails.
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

impl<B> Service<Request<B>> for InProcess
where
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let vault = self.0.clone();
        Box::pin(async move { Ok(answer(&vault, request).await) })
    }
}
