use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::sleep,
};

use super::connection::serve;
use crate::{admin::Peer, serve::Tls, vault::Vault};

/// Connections served at once; more wait in the backlog, so that nobody can exhaust the memory.
const CONNECTIONS: usize = 4_096;

/// Serves connections until told to stop, then waits for the last one.
///
/// Dropping the future drops listener and connections together.
pub(super) async fn accept(
    listener: TcpListener,
    vault: Vault,
    tls: Option<Tls>,
    gate: Gate,
    mut stopping: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stopping.wait_for(|stop| *stop) => break,
            accepted = next(&listener, &permits) => accepted,
        };
        while connections.try_join_next().is_some() {}
        if let Some((stream, peer, permit)) = accepted {
            // An answer is one small write: waiting to send it along with a later one costs time.
            let _ = stream.set_nodelay(true);
            let mut stopping = stopping.clone();
            let (vault, tls, gate) = (vault.clone(), tls.clone(), gate.clone());
            connections.spawn(async move {
                let stop = async {
                    let _ = stopping.wait_for(|stop| *stop).await;
                };
                match tls {
                    None => serve(stream, Some(peer), vault, gate, stop).await,
                    #[cfg(feature = "tls")]
                    Some(tls) => tls.serve(stream, peer, vault, gate, stop).await,
                }
                drop(permit);
            });
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, Peer(peer), permit)),
        Err(error) => {
            pause_if_exhausted(&error).await;
            None
        }
    }
}

/// A connection that is gone before it is accepted concerns nobody. Anything else, such as too many
/// open files, comes back at once and would spin.
async fn pause_if_exhausted(error: &io::Error) {
    let gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !gone {
        sleep(Duration::from_millis(50)).await;
    }
}

/// Whether a server still answers: once it is closed, nothing that is sent is read or recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<AtomicBool>);

impl Gate {
    pub(super) fn close(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
