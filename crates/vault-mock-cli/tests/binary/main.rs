//! The binary: what it prints, what it answers, what it refuses, and how it stops.

mod apart;
#[cfg(target_os = "linux")]
mod attack;
mod calibrate;
mod config;
mod credentials;
mod file;
#[cfg(unix)]
mod guide;
mod healthcheck;
mod help;
mod options;
mod program;
mod serve;
mod tls;
mod tokens;
