use std::{io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{connection::serve, gate::Gate, line_state::LineState};
use crate::{
    admin::Peer,
    race::{Either, race},
    serve::Tls,
    vault::Vault,
};

/// Connections at once: for more, others have to leave, so that nobody can exhaust the memory.
const CONNECTIONS: usize = 2_048;

/// Connections at once under TLS, where each takes more memory.
const TLS_CONNECTIONS: usize = 1_024;

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
    let limit = if tls.is_some() {
        TLS_CONNECTIONS
    } else {
        CONNECTIONS
    };
    let permits = Arc::new(Semaphore::new(limit));
    let mut connections = JoinSet::new();
    loop {
        let stopped = stopping.wait_for(|stop| *stop);
        let Either::Second(accepted) = race(stopped, next(&listener, &permits, &gate)).await else {
            break;
        };
        while let Some(ended) = connections.try_join_next_with_id() {
            gate.forget(ended.map_or_else(|error| error.id(), |(id, ())| id));
        }
        if let Some((stream, peer, permit)) = accepted {
            // An answer is one small write: waiting to send it along with a later one costs time.
            let _ = stream.set_nodelay(true);
            let state = LineState::new(&gate, Some(peer));
            let task = connections.spawn(connection(
                stream,
                vault.clone(),
                tls.clone(),
                Arc::clone(&state),
                stopping.clone(),
                permit,
            ));
            gate.open(task, state);
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    vault: Vault,
    tls: Option<Tls>,
    state: Arc<LineState>,
    mut stopping: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
) {
    let stop = async {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    match tls {
        None => serve(stream, vault, state, stop).await,
        #[cfg(feature = "tls")]
        Some(tls) => tls.serve(stream, vault, state, stop).await,
    }
}

async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    gate: &Gate,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, Peer(peer), permit(permits, gate).await?)),
        Err(error) => {
            pause_if_exhausted(&error).await;
            None
        }
    }
}

/// Waits for a connection to end, and sees to it that one does.
async fn permit(permits: &Arc<Semaphore>, gate: &Gate) -> Option<OwnedSemaphorePermit> {
    const SOON: Duration = Duration::from_millis(100);
    loop {
        if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
            return Some(permit);
        }
        gate.make_room_for_a_connection();
        let ended = timeout(SOON, Arc::clone(permits).acquire_owned()).await;
        if let Ok(permit) = ended {
            return permit.ok();
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
