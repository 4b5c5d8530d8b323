use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::arguments::Healthcheck;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn healthcheck(arguments: &Healthcheck) -> Result<(), String> {
    let address = reachable(arguments.addr);
    let limit = Duration::from_secs(arguments.timeout);
    let asked = timeout(limit, ask(address)).await;
    let problem = match asked {
        Ok(Ok(StatusCode::OK)) => return Ok(()),
        Ok(Ok(status)) => format!("it answers {status}"),
        Ok(Err(problem)) => problem,
        Err(_) => format!("no answer within {} s", limit.as_secs()),
    };
    Err(format!("{address}: {problem}"))
}

/// Nobody can connect to an address that stands for all addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn ask(address: SocketAddr) -> Result<StatusCode, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| text(&error))?;
    let connection = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let request = Request::get("/health")
        .header(HOST, address.to_string())
        .body(Empty::<Bytes>::new())
        .map_err(|error| text(&error))?;
    let response = sender.send_request(request).await;
    response
        .map(|response| response.status())
        .map_err(|error| text(&error))
}
