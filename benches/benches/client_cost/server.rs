//! A server in a process of its own, which gives the same answer to everything.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
};

use vault_sessions::{SessionCreated, SessionToken, SessionUri};

/// As long as the token of the example body.
const TOKEN_LENGTH: usize = 1450;

/// Stops when it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg("--serve")
            .stdout(Stdio::piped())
            .spawn()?;
        let out = process.stdout.take().expect("a pipe");
        let mut port = String::new();
        BufReader::new(out).read_line(&mut port)?;
        let port = port.trim().parse().map_err(io::Error::other)?;
        Ok(Self { process, port })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tells the port on standard output, then serves for ever.
pub(crate) fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut out = io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    let answer = answer();
    for stream in listener.incoming() {
        let (stream, answer) = (stream?, answer.clone());
        thread::spawn(move || answer_all(stream, &answer));
    }
    Ok(())
}

fn answer_all(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        if is_whole(&buffer[..filled]) {
            filled = 0;
            stream.write_all(answer)?;
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = parsed.parse(request) else {
        return false;
    };
    let length = parsed
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    request.len() == head + length.expect("every peer says how long its body is")
}

fn answer() -> Vec<u8> {
    let token = SessionToken::new("x".repeat(TOKEN_LENGTH)).expect("a token");
    let uri = format!(
        "https://vault.apideck.com/session/{}",
        token.expose_secret()
    );
    let created = SessionCreated::new(SessionUri::new(uri).expect("a URI"), token);
    let body = serde_json::to_string(&created).expect("JSON");
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
