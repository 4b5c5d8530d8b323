use std::{
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

pin_project! {
    // An `async fn` would keep each of the two twice.
    struct Race<A, B> {
        #[pin]
        first: A,
        #[pin]
        second: B,
    }
}

/// Which of two futures ended first, and with what.
pub(crate) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Waits until one of two futures ends, and drops the other. If both have ended, the first counts.
///
/// (`tokio::select!` would save this file and cost every user `tokio-macros` and a second `syn`.)
pub(crate) fn race<A: Future, B: Future>(
    first: A,
    second: B,
) -> impl Future<Output = Either<A::Output, B::Output>> {
    Race { first, second }
}

impl<A: Future, B: Future> Future for Race<A, B> {
    type Output = Either<A::Output, B::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let race = self.project();
        match race.first.poll(context) {
            Poll::Ready(output) => Poll::Ready(Either::First(output)),
            Poll::Pending => race.second.poll(context).map(Either::Second),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        pin::pin,
        task::Waker,
    };

    use super::*;

    #[test]
    fn whichever_has_ended_counts_and_of_both_the_first() {
        let mut context = Context::from_waker(Waker::noop());
        let both = pin!(race(ready(1), ready(2))).poll(&mut context);
        assert!(matches!(both, Poll::Ready(Either::First(1))));
        let second = pin!(race(pending::<()>(), ready(2))).poll(&mut context);
        assert!(matches!(second, Poll::Ready(Either::Second(2))));
        let neither = pin!(race(pending::<()>(), pending::<()>())).poll(&mut context);
        assert!(neither.is_pending());
    }
}
