use std::{error::Error, pin::pin, time::Duration};

use bytes::Bytes;
use http::{Request, Response, uri::Scheme};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use vault_sessions::wire::BaseUri;

use super::error::RemoteProblem;
#[cfg(feature = "tls")]
use super::tls::RemoteTls;
use crate::race::{Either, race};

/// How long a call may take, of tokio's time.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Bytes of the largest answer that is read; a full journal is smaller.
const ANSWER_LIMIT: usize = 256 * 1024 * 1024;

type BoxError = Box<dyn Error + Send + Sync>;

/// The way to a mock: a new connection for each request, which no other runtime has to drive.
pub(super) struct RemoteTransport {
    host: String,
    port: u16,
    #[cfg(feature = "tls")]
    tls: Option<RemoteTls>,
}

impl RemoteTransport {
    pub(super) fn new(
        base: &BaseUri,
        #[cfg(feature = "tls")] ca_pem: Option<&str>,
    ) -> Result<Self, RemoteProblem> {
        let uri = base.as_uri();
        let is_tls = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        #[cfg(not(feature = "tls"))]
        if is_tls {
            return Err(RemoteProblem::Https);
        }
        Ok(Self {
            host: host.to_owned(),
            port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            #[cfg(feature = "tls")]
            tls: is_tls.then(|| RemoteTls::new(host, ca_pem)).transpose()?,
        })
    }

    /// Sends a request, its target in origin form, and reads the answer to its end.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, RemoteProblem> {
        match timeout(LIMIT, self.connect_and_send(request)).await {
            Ok(answer) => answer.map_err(RemoteProblem::NoAnswer),
            Err(_) => Err(RemoteProblem::TimedOut),
        }
    }

    async fn connect_and_send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, BoxError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return exchange(tls.connect(stream).await?, request).await;
        }
        exchange(stream, request).await
    }
}

/// One request on a connection, which ends with it.
async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, BoxError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, ANSWER_LIMIT).collect().await?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    };
    let mut answer = pin!(answer);
    match race(&mut answer, connection).await {
        Either::First(answer) => answer,
        // However the connection ended, the answer tells of it.
        Either::Second(_) => answer.await,
    }
}
