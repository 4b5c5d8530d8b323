//! From nothing to the first answer, in one process.

use std::{
    future::Future,
    io::{self, Write},
    time::{Duration, Instant},
};

use crate::{load::Connection, peer::Peer};

const STARTS: usize = 300;

// httpmock hands out a fixed number of servers, so that it cannot be started as often.
pub(crate) async fn compare() -> io::Result<()> {
    let peers = [Peer::VaultServer, Peer::WiremockSigning];
    let mut times: Vec<(Peer, Vec<Duration>, Vec<Duration>)> = Vec::new();
    for peer in peers {
        times.push((peer, Vec::new(), Vec::new()));
    }
    for _ in 0..STARTS {
        for (peer, starts, answers) in &mut times {
            let (server, start) = timed(peer.start()).await;
            let (answered, answer) = timed(first_answer(server.port())).await;
            answered?;
            starts.push(start);
            answers.push(start + answer);
            // A pool takes what is dropped and hands it out again: a start from there is none.
            std::mem::forget(server);
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{:<40} started us  answered us", "median of starts")?;
    for (peer, starts, answers) in times {
        let [start, answer] = [starts, answers].map(|times| median(times).as_micros());
        writeln!(out, "{:<40} {start:>10} {answer:>12}", peer.name())?;
    }
    Ok(())
}

async fn first_answer(port: u16) -> io::Result<()> {
    Connection::open(port).await?.create_session().await
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    let start = Instant::now();
    let done = work.await;
    (done, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
