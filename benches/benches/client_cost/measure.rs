//! CPU time and allocations of calls, with so many in flight on one thread.

use std::array::from_fn;

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use tokio::{runtime, task::JoinSet};
use vault_benches::median;

use crate::{
    ALLOCATOR,
    peer::{Caller, Peer},
};

/// Calls of each peer and round.
const CALLS: usize = 4_096;
const ROUNDS: usize = 21;

/// Per call.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// User and system time.
    pub(crate) microseconds: f64,
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
}

/// What each peer took, in the median of several rounds in which they take turns, and its ratio to the
/// yardstick's in the same round: how fast a machine is differs from minute to minute.
pub(crate) fn compare(in_flight: usize, port: u16, yardstick: Peer) -> Vec<(Peer, Cost, Cost)> {
    let benches = Peer::ALL.map(|peer| Bench::new(peer, in_flight, port));
    for bench in &benches {
        bench.call(CALLS);
    }
    let rounds: [_; ROUNDS] = from_fn(|_| benches.each_ref().map(Bench::cost));
    let yardstick = Peer::ALL.iter().position(|peer| *peer == yardstick);
    let yardstick = yardstick.expect("the yardstick is a peer");
    let peers = Peer::ALL.into_iter().enumerate();
    let compared = peers.map(|(index, peer)| {
        let middle = |of: fn(&Cost) -> f64| median(rounds.iter().map(|round| of(&round[index])));
        let ratio = |of: fn(&Cost) -> f64| {
            median(
                rounds
                    .iter()
                    .map(|round| of(&round[index]) / of(&round[yardstick])),
            )
        };
        (peer, Cost::each(middle), Cost::each(ratio))
    });
    compared.collect()
}

/// Makes so many calls and measures nothing, for callgrind to.
pub(crate) fn run(peer: Peer, in_flight: usize, calls: usize, port: u16) {
    Bench::new(peer, in_flight, port).call(calls);
}

impl Cost {
    fn each(value: impl Fn(fn(&Self) -> f64) -> f64) -> Self {
        Self {
            microseconds: value(|cost| cost.microseconds),
            allocations: value(|cost| cost.allocations),
            bytes: value(|cost| cost.bytes),
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

    fn cost(&self) -> Cost {
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
