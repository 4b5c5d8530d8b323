use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use tokio::{
    runtime::Handle,
    time::{Instant, error::Elapsed, timeout_at},
};

/// Waits for a future until a deadline, on whatever runtime it is polled.
///
/// A timer belongs to the runtime that it was made on. A future that goes on on another would wait without
/// end if the first one rests, and panic if it is gone, so the timer is made anew there.
pub(crate) async fn until<F: Future>(deadline: Instant, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    loop {
        if let Some(outcome) = until_moved(deadline, future.as_mut()).await {
            return outcome;
        }
    }
}

/// The same, unless it is polled on another runtime before the end.
async fn until_moved<F: Future>(
    deadline: Instant,
    future: Pin<&mut F>,
) -> Option<Result<F::Output, Elapsed>> {
    let runtime = Handle::current().id();
    let mut waiting = pin!(timeout_at(deadline, future));
    poll_fn(|context| match Handle::try_current() {
        Ok(current) if current.id() != runtime => Poll::Ready(None),
        _ => waiting.as_mut().poll(context).map(Some),
    })
    .await
}
