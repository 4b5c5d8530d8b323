//! The clients that are compared: each sends the same request and parses the same answer.

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response,
    header::{HOST, USER_AGENT},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpStream;
use vault_benches::built;
use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession, SessionCreated, wire::BaseUri};
use vault_sessions_client::Client;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Peer {
    Hyper,
    HyperUtil,
    Ours,
    Reqwest,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Hyper, Self::HyperUtil, Self::Ours, Self::Reqwest];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hyper => "hyper connection",
            Self::HyperUtil => "hyper-util client",
            Self::Ours => "vault-sessions-client",
            Self::Reqwest => "reqwest",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|peer| peer.name() == name)
    }
}

/// A client and what it sends.
#[derive(Clone)]
pub(crate) struct Caller {
    peer: Peer,
    hyper_util: legacy::Client<HttpConnector, Full<Bytes>>,
    ours: Client,
    reqwest: reqwest::Client,
    request: CreateSession,
    base: BaseUri,
    key: ApiKey,
    user_agent: HeaderValue,
}

impl Caller {
    pub(crate) fn new(peer: Peer, port: u16) -> Self {
        let base: BaseUri = format!("http://127.0.0.1:{port}").parse().expect("a URI");
        let key = ApiKey::new("sk_bench").expect("a key");
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        Self {
            peer,
            hyper_util: legacy::Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(64)
                .build(tcp),
            ours: Client::builder()
                .api_key(key.clone())
                .base_uri(base.clone())
                .pool_max_idle(64)
                .build()
                .expect("a client"),
            reqwest: reqwest::Client::builder()
                .pool_max_idle_per_host(64)
                .build()
                .expect("a client"),
            request: CreateSession::builder()
                .app_id("app".parse::<AppId>().expect("an ID"))
                .consumer_id("consumer".parse::<ConsumerId>().expect("an ID"))
                .session(built())
                .build(),
            base,
            key,
            user_agent: HeaderValue::from_static("vault-sessions-client/0.1.0"),
        }
    }

    /// Makes so many calls, one after another.
    pub(crate) async fn call(&self, times: usize) {
        match self.peer {
            Peer::Hyper => self.with_hyper(times).await,
            Peer::HyperUtil => {
                for _ in 0..times {
                    let sent = self.hyper_util.request(self.http().map(Full::new));
                    read(sent.await.expect("an answer")).await;
                }
            }
            Peer::Ours => {
                for _ in 0..times {
                    self.ours
                        .create_session(&self.request)
                        .await
                        .expect("a session");
                }
            }
            Peer::Reqwest => {
                for _ in 0..times {
                    let request = self.http().try_into().expect("a request");
                    let answer = self.reqwest.execute(request).await.expect("an answer");
                    read(Response::from(answer)).await;
                }
            }
        }
    }

    async fn with_hyper(&self, times: usize) {
        let authority = self
            .base
            .as_uri()
            .authority()
            .expect("an authority")
            .as_str();
        let stream = TcpStream::connect(authority).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        let connection = tokio::spawn(connection);
        for _ in 0..times {
            let mut request = self.http().map(Full::new);
            request
                .headers_mut()
                .insert(HOST, authority.parse().expect("a value"));
            *request.uri_mut() = http::Uri::from_static(CreateSession::PATH);
            read(sender.send_request(request).await.expect("an answer")).await;
        }
        drop(sender);
        connection.await.expect("a task").expect("a clean end");
    }

    fn http(&self) -> Request<Bytes> {
        let mut request = self.request.to_http(&self.base, &self.key);
        request
            .headers_mut()
            .insert(USER_AGENT, self.user_agent.clone());
        request
    }
}

async fn read<B>(answer: Response<B>) -> SessionCreated
where
    B: http_body::Body<Data = Bytes>,
    B::Error: std::fmt::Debug,
{
    let (head, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    SessionCreated::from_http(head.status, &head.headers, body).expect("a session")
}
