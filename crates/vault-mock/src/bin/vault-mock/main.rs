//! The emulator as a program, for callers in any language.

mod arguments;
mod serve;
mod signal;

use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(options) => serve::serve(options).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("vault-mock: {message}");
            ExitCode::FAILURE
        }
    }
}
