//! CPU time and allocations of calls, with so many in flight on one thread.

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use tokio::{runtime, task::JoinSet};

use crate::{
    ALLOCATOR,
    peer::{Caller, Peer},
};

/// Calls of each peer and round.
const CALLS: usize = 8_192;
const ROUNDS: usize = 9;

/// Per call.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    /// User and system time.
    pub(crate) microseconds: f64,
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
}

/// The least that each peer took in any of several rounds, in which they take turns.
pub(crate) fn compare(in_flight: usize, port: u16) -> Vec<(Peer, Cost)> {
    let mut benches: Vec<_> = Peer::ALL
        .into_iter()
        .map(|peer| (peer, Bench::new(peer, in_flight, port), None::<Cost>))
        .collect();
    for (_, bench, _) in &benches {
        bench.call(CALLS);
    }
    for _ in 0..ROUNDS {
        for (_, bench, least) in &mut benches {
            let cost = bench.cost();
            let so_far = least.unwrap_or(cost);
            *least = Some(Cost {
                microseconds: cost.microseconds.min(so_far.microseconds),
                allocations: cost.allocations.min(so_far.allocations),
                bytes: cost.bytes.min(so_far.bytes),
            });
        }
    }
    let cost = |(peer, _, least): (_, _, Option<_>)| (peer, least.unwrap_or_default());
    benches.into_iter().map(cost).collect()
}

/// Makes so many calls and measures nothing, for callgrind to.
pub(crate) fn run(peer: Peer, in_flight: usize, calls: usize, port: u16) {
    Bench::new(peer, in_flight, port).call(calls);
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
