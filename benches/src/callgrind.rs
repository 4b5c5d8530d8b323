use std::{env, io, process::Command};

/// How many times the work is done in the two runs: their difference leaves out the process's start.
/// Multiples of 64, so that the work can be shared by as many tasks.
const TIMES: (u64, u64) = (512, 4_096);

/// Counts the instructions of one piece of work, as callgrind sees them.
///
/// Runs this program under `valgrind`, with the arguments and then the number of times to do the work.
///
/// # Errors
///
/// `valgrind` is not installed, or the program fails.
pub fn instructions(arguments: &[&str]) -> io::Result<u64> {
    let few = total(arguments, TIMES.0)?;
    let many = total(arguments, TIMES.1)?;
    Ok(many.saturating_sub(few) / (TIMES.1 - TIMES.0))
}

fn total(arguments: &[&str], times: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(arguments)
        .arg(times.to_string())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(said.into_owned()))
}
