use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll, thread};

use tokio::{
    runtime::{self, Handle},
    sync::watch,
    time::{Instant, timeout_at},
};
use vault_sessions::{AppId, ConsumerId, CreateSession};

use super::{kept::Kept, session_keeper::KeeperInner};
use crate::error::Error;

/// The outcome of one call to the service, for all who wait for it.
pub(super) type Outcome = Result<Kept, Arc<Error>>;

/// Calls are shared by the callers of one runtime: nobody else can know that it is being driven.
pub(super) type PendingKey = (runtime::Id, Arc<RequestKey>);

/// A call that is under way; clones wait for the same one.
#[derive(Clone)]
pub(super) struct Pending {
    /// Tells a call from one for the same key that was started after [`forget`].
    ///
    /// [`forget`]: super::SessionKeeper::forget
    pub(super) number: u64,
    progress: watch::Receiver<Progress>,
}

enum Progress {
    UnderWay,
    Ended(Outcome),
    Panicked,
}

/// How waiting for a call ended.
pub(super) enum Waited {
    Ended(Outcome),
    /// The call was dropped with the tasks of its runtime.
    Dropped,
    /// The waiter is polled on another runtime now, which does not drive the call.
    Moved,
    TimedOut,
}

impl Pending {
    /// A call, and the duty to tell those who wait for it what came of it.
    pub(super) fn new(number: u64, key: PendingKey, keeper: Arc<KeeperInner>) -> (Self, Waiters) {
        let (sender, progress) = watch::channel(Progress::UnderWay);
        let waiters = Waiters {
            number,
            key,
            keeper,
            progress: sender,
        };
        (Self { number, progress }, waiters)
    }

    /// Waits for the end of the call, on the runtime of the call and until a deadline of the waiter's
    /// own, if it has one.
    ///
    /// # Panics
    ///
    /// The call panicked.
    pub(super) async fn wait(mut self, runtime: runtime::Id, deadline: Option<Instant>) -> Waited {
        let ended = async {
            let ended = |progress: &Progress| !matches!(progress, Progress::UnderWay);
            match self.progress.wait_for(ended).await.as_deref() {
                Ok(Progress::Ended(outcome)) => Waited::Ended(outcome.clone()),
                Ok(Progress::Panicked) => panic!(
                    "the client's transport or key source, or the keeper's clock, panicked during the call"
                ),
                Ok(Progress::UnderWay) | Err(_) => Waited::Dropped,
            }
        };
        let mut ended = pin!(async {
            match deadline {
                None => ended.await,
                Some(deadline) => timeout_at(deadline, ended)
                    .await
                    .unwrap_or(Waited::TimedOut),
            }
        });
        poll_fn(|context| {
            if Handle::current().id() == runtime {
                ended.as_mut().poll(context)
            } else {
                Poll::Ready(Waited::Moved)
            }
        })
        .await
    }
}

/// Those who wait for a call. They are told its outcome, or that there is none, however the call
/// ends.
pub(super) struct Waiters {
    number: u64,
    key: PendingKey,
    keeper: Arc<KeeperInner>,
    progress: watch::Sender<Progress>,
}

impl Waiters {
    pub(super) fn tell(self, outcome: Outcome) {
        self.keeper.end_call(&self.key, self.number, Some(&outcome));
        self.progress.send_replace(Progress::Ended(outcome));
    }
}

impl Drop for Waiters {
    fn drop(&mut self) {
        self.keeper.end_call(&self.key, self.number, None);
        if thread::panicking() {
            self.progress.send_replace(Progress::Panicked);
        }
    }
}

/// What makes two requests ask for the same session.
///
/// It is compared in full: a digest that collided would hand one consumer's session to another.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct RequestKey {
    app: AppId,
    consumer: ConsumerId,
    body: Vec<u8>,
}

impl RequestKey {
    pub(super) fn of(request: &CreateSession) -> Self {
        Self {
            app: request.app_id().clone(),
            consumer: request.consumer_id().clone(),
            body: request.body(),
        }
    }
}
