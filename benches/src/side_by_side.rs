use std::{
    fmt,
    io::{self, Write},
    time::{Duration, Instant},
};

/// Rounds in which every contender has its turn, so that a slow moment of the machine meets them all.
const ROUNDS: usize = 301;
/// How long one turn takes, about.
const TURN: Duration = Duration::from_millis(2);

/// Work that is compared, by its name.
pub struct Contender<'a> {
    name: &'a str,
    work: Box<dyn FnMut() + 'a>,
}

impl fmt::Debug for Contender<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Contender")
            .field(&self.name)
            .finish()
    }
}

impl<'a> Contender<'a> {
    /// Work that is done many times.
    pub fn new(name: &'a str, work: impl FnMut() + 'a) -> Self {
        Self {
            name,
            work: Box::new(work),
        }
    }
}

/// Prints what each contender takes, in nanoseconds, and its ratio to the one called `yardstick`:
/// the medians of all rounds.
///
/// # Errors
///
/// The standard output is closed.
///
/// # Panics
///
/// Nobody is called `yardstick`.
pub fn side_by_side(contenders: &mut [Contender<'_>], yardstick: &str) -> io::Result<()> {
    let named = contenders.iter().position(|one| one.name == yardstick);
    let yardstick = named.expect("a contender of this name");
    let times: Vec<_> = contenders.iter_mut().map(times_per_turn).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for ((contender, times), rounds) in contenders.iter_mut().zip(&times).zip(&mut rounds) {
            rounds.push(turn(contender, *times).as_secs_f64() * 1e9 / f64::from(*times));
        }
    }
    let mut out = io::stdout().lock();
    for (contender, own) in contenders.iter().zip(&rounds) {
        let (time, ratio) = beside(own.iter().copied(), rounds[yardstick].iter().copied());
        writeln!(out, "{:<32} {time:>8.0} ns {ratio:>6.2}", contender.name)?;
    }
    Ok(())
}

fn times_per_turn(contender: &mut Contender<'_>) -> u32 {
    let mut times = 16;
    while turn(contender, times) < TURN {
        times *= 2;
    }
    times
}

#[expect(clippy::disallowed_methods, reason = "this measures time")]
fn turn(contender: &mut Contender<'_>, times: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        (contender.work)();
    }
    start.elapsed()
}

/// The median of what was measured in several rounds, and that of its ratios to what the yardstick took
/// in the same round: how fast a machine is differs from minute to minute.
///
/// # Panics
///
/// There is no round.
pub fn beside(
    own: impl Iterator<Item = f64> + Clone,
    yardstick: impl Iterator<Item = f64>,
) -> (f64, f64) {
    let ratios = own.clone().zip(yardstick);
    let ratio = median(ratios.map(|(own, yardstick)| own / yardstick));
    (median(own), ratio)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
