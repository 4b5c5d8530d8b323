//! Requests over connections that stay open.

use std::io;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};
use vault_benches::EXAMPLE;

use crate::peer::API_KEY;

pub(crate) struct Load(Vec<Connection>);

impl Load {
    pub(crate) async fn connect(port: u16, connections: usize) -> io::Result<Self> {
        let mut opened = Vec::new();
        for _ in 0..connections {
            opened.push(Connection::open(port).await?);
        }
        Ok(Self(opened))
    }

    /// Sends so many requests, shared among the connections, each after the answer to the last.
    pub(crate) async fn run(&mut self, requests: usize) -> io::Result<()> {
        let share = requests / self.0.len();
        let mut tasks = JoinSet::new();
        for mut connection in self.0.drain(..) {
            tasks.spawn(async move {
                for _ in 0..share {
                    connection.create_session().await?;
                }
                Ok::<_, io::Error>(connection)
            });
        }
        for connection in tasks.join_all().await {
            self.0.push(connection?);
        }
        Ok(())
    }
}

pub(crate) struct Connection {
    port: u16,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { port, sender })
    }

    /// Reads the answer to its end, and insists that it is a session.
    pub(crate) async fn create_session(&mut self) -> io::Result<()> {
        // Some servers close a connection after so many requests.
        if self.sender.ready().await.is_err() {
            *self = Self::open(self.port).await?;
        }
        let request = Request::post("/vault/sessions")
            .header("host", "127.0.0.1")
            .header("authorization", format!("Bearer {API_KEY}"))
            .header("x-apideck-app-id", "app")
            .header("x-apideck-consumer-id", "consumer")
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from_static(EXAMPLE.as_bytes())))
            .map_err(io::Error::other)?;
        let response = self
            .sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(io::Error::other)?;
        let body = body.to_bytes();
        if status != 200 || !body.starts_with(br#"{"status_code":200"#) {
            let body = String::from_utf8_lossy(&body).into_owned();
            return Err(io::Error::other(format!("{status}: {body}")));
        }
        Ok(())
    }
}
