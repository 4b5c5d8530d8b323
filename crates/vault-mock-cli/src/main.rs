//! The emulator as a program, for callers in any language.

mod apart;
mod arguments;
mod calibrate;
mod check;
mod decode;
mod files;
mod healthcheck;
mod issue;
mod logging;
mod options;
mod output;
mod port_file;
mod serve;
mod signal;

use std::process::ExitCode;

use clap::CommandFactory;

use self::{
    arguments::{Arguments, Command, ConfigCommand},
    output::{print, tell},
};

fn main() -> ExitCode {
    let Arguments { command, origins } = match options::read() {
        Ok(arguments) => arguments,
        Err(message) => return fail(&message),
    };
    let outcome = match command {
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Issue(arguments) => issue::issue(arguments).and_then(|text| print(&text)),
        Command::Decode(arguments) => decode::decode(arguments),
        Command::Healthcheck(arguments) => healthcheck::healthcheck(&arguments),
        Command::Config(ConfigCommand::Check { file, serve }) => {
            check::check(&serve, file.as_deref()).and_then(|text| print(&text))
        }
        Command::Calibrate(arguments) => match calibrate::calibrate(&arguments) {
            Ok(code) => return code,
            Err(message) => Err(message),
        },
        Command::Openapi => print(&vault_mock::openapi()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "vault-mock", &mut script);
            let script = String::from_utf8_lossy(&script);
            // For bash, clap_complete writes a hyphen in the name of a program in two ways.
            let script = script.replace("vault__subcmd__mock", "vault__mock");
            print(script.trim_end())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&origins.tell(&message)),
    }
}

fn fail(message: &str) -> ExitCode {
    tell(&format!("vault-mock: {message}"));
    ExitCode::FAILURE
}
