//! How requests travel: a service without type parameters, by default a pooled hyper client.

mod connect_timeout;
mod connector;
mod hyper;
#[cfg(feature = "proxy")]
mod proxy;
#[cfg(feature = "tls")]
mod roots;
#[cfg(feature = "tls")]
mod tls;

use std::error::Error;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use tower::{Service, ServiceExt, util::BoxCloneSyncService};

pub(crate) use self::{connect_timeout::ConnectTimedOut, hyper::Pool};
#[cfg(feature = "tls")]
pub(crate) use self::{roots::Roots, tls::client_config};

/// Any error of a transport.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a request: all of it, in memory.
pub type RequestBody = Full<Bytes>;

/// The body of an answer, whatever the transport made it from.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

/// Sends HTTP requests; its type does not say how.
pub type Transport = BoxCloneSyncService<Request<RequestBody>, Response<ResponseBody>, BoxError>;

/// Erases the type of a service, of its answers' bodies and of its errors.
pub(crate) fn erase<S, B>(service: S) -> Transport
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    BoxCloneSyncService::new(
        service
            .map_response(|response: Response<B>| {
                response.map(|body| body.map_err(Into::into).boxed_unsync())
            })
            .map_err(Into::into),
    )
}
