//! CPU time and allocations of calls, with so many in flight on one thread.

use std::array::from_fn;

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use tokio::{runtime, task::JoinSet};
use vault_benches::beside;

use crate::{
    ALLOCATOR,
    peer::{Caller, Peer},
};

/// Calls of each peer and round.
const CALLS: usize = 4_096;
const ROUNDS: usize = 21;

/// Per call.
pub(crate) struct Cost<T> {
    /// User and system time.
    pub(crate) microseconds: T,
    pub(crate) allocations: T,
    pub(crate) bytes: T,
}

/// What each peer took, and its ratio to what the yardstick took, in rounds in which they take turns.
pub(crate) fn compare(
    in_flight: usize,
    port: u16,
    yardstick: Peer,
) -> Vec<(Peer, Cost<(f64, f64)>)> {
    let benches = Peer::ALL.map(|peer| Bench::new(peer, in_flight, port));
    for bench in &benches {
        bench.call(CALLS);
    }
    let rounds: [_; ROUNDS] = from_fn(|_| benches.each_ref().map(Bench::cost));
    let yardstick = Peer::ALL.iter().position(|peer| *peer == yardstick);
    let yardstick = yardstick.expect("the yardstick is a peer");
    let peers = Peer::ALL.into_iter().enumerate();
    let compared = peers.map(|(index, peer)| {
        let cost = Cost::each(|value| {
            let of = |index: usize| rounds.iter().map(move |round| value(&round[index]));
            beside(of(index), of(yardstick))
        });
        (peer, cost)
    });
    compared.collect()
}

/// Makes so many calls and measures nothing, for callgrind to.
pub(crate) fn run(peer: Peer, in_flight: usize, calls: usize, port: u16) {
    Bench::new(peer, in_flight, port).call(calls);
}

impl<T> Cost<T> {
    fn each(compared: impl Fn(fn(&Cost<f64>) -> f64) -> T) -> Self {
        Self {
            microseconds: compared(|cost| cost.microseconds),
            allocations: compared(|cost| cost.allocations),
            bytes: compared(|cost| cost.bytes),
        }
    }
}

struct Bench {
    runtime: runtime::Runtime,
    caller: Caller,
    in_flight: usize,
}

impl Bench {
    fn new(peer: Peer, in_flight: usize, port: u16) -> Self {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let caller = Caller::new(peer, port);
        Self {
            runtime,
            caller,
            in_flight,
        }
    }

    fn call(&self, calls: usize) {
        self.runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for _ in 0..self.in_flight {
                let caller = self.caller.clone();
                let share = calls / self.in_flight;
                tasks.spawn(async move { caller.call(share).await });
            }
            tasks.join_all().await;
        });
    }

    fn cost(&self) -> Cost<f64> {
        let time = cpu_microseconds();
        let before = ALLOCATOR.stats();
        self.call(CALLS);
        let after = ALLOCATOR.stats();
        let time = cpu_microseconds() - time;
        let allocations = after.allocations - before.allocations;
        let grown = after.reallocations - before.reallocations;
        let bytes = after.bytes_allocated - before.bytes_allocated;
        Cost {
            microseconds: per_call(time),
            allocations: per_call(allocations + grown),
            bytes: per_call(bytes),
        }
    }
}

fn cpu_microseconds() -> usize {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("usage of this thread");
    let time = usage.user_time() + usage.system_time();
    usize::try_from(time.num_microseconds()).expect("a time that has passed")
}

#[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
fn per_call(count: usize) -> f64 {
    count as f64 / CALLS as f64
}
