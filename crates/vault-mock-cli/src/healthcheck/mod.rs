mod target;

use std::{io::ErrorKind, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use self::target::Target;
use super::arguments::Healthcheck;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn healthcheck(arguments: &Healthcheck) -> Result<(), String> {
    let limit = Duration::from_secs(arguments.timeout);
    let target = Target::of(arguments)?;
    let asked = timeout(limit, ask(&target)).await;
    let problem = match asked {
        Ok(Ok(StatusCode::OK)) => return Ok(()),
        Ok(Ok(status)) => format!("it answers {status}"),
        Ok(Err(problem)) => problem,
        Err(_) => format!("no answer within {} s", limit.as_secs()),
    };
    Err(format!("{}: {problem}", target.address))
}

async fn ask(target: &Target) -> Result<StatusCode, String> {
    let stream = TcpStream::connect(target.address).await;
    let stream = stream.map_err(|error| match error.kind() {
        ErrorKind::ConnectionRefused => {
            "nothing listens there: start `vault-mock serve`, or give --addr the address that it has"
                .to_owned()
        }
        _ => error.to_string(),
    })?;
    let Some((tls, name)) = &target.tls else {
        return ask_over(stream, target.host()).await;
    };
    let stream = tls.connect(name.clone(), stream).await;
    ask_over(stream.map_err(|error| error.to_string())?, target.host()).await
}

async fn ask_over<S>(stream: S, host: String) -> Result<StatusCode, String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let text = |error: &dyn std::error::Error| error.to_string();
    let connection = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let request = Request::get("/health")
        .header(HOST, host)
        .body(Empty::<Bytes>::new())
        .map_err(|error| text(&error))?;
    let response = sender.send_request(request).await;
    response
        .map(|response| response.status())
        .map_err(|error| text(&error))
}
