//! Instructions of building, writing and reading, under valgrind's callgrind.
//!
//! ```text
//! cargo bench -p vault-benches --bench instructions      # thin LTO
//! ```

use std::{
    env,
    hint::black_box,
    io::{self, Write},
    sync::LazyLock,
};

use serde::Deserialize;
use vault_benches::{
    EXAMPLE, borrowed, built, built_in_one_chain, built_metadata, built_settings, built_theme,
    direct, example_request, instructions, literal,
};
use vault_sessions::{CreateSession, Session};

struct Work {
    name: &'static str,
    run: fn(),
}

const fn work(name: &'static str, run: fn()) -> Work {
    Work { name, run }
}

/// What is counted, and what it is compared with.
const PAIRS: [[Work; 2]; 8] = [
    [
        work("Settings::builder()", || {
            black_box(built_settings());
        }),
        work("Settings { .. }", || {
            black_box(literal::settings());
        }),
    ],
    [
        work("Theme::builder()", || {
            black_box(built_theme());
        }),
        work("Theme { .. }", || {
            black_box(literal::theme());
        }),
    ],
    [
        work("ConsumerMetadata::builder()", || {
            black_box(built_metadata());
        }),
        work("ConsumerMetadata { .. }", || {
            black_box(literal::metadata());
        }),
    ],
    [
        work("Session::builder(), from parts", || {
            black_box(built());
        }),
        work("Session { .. }, from parts", || {
            black_box(literal::session_from_parts());
        }),
    ],
    [
        work("Session::builder(), one chain", || {
            black_box(built_in_one_chain());
        }),
        work("Session { .. }, the same", || {
            black_box(literal::session());
        }),
    ],
    [
        work("writing, write_body", || {
            write(CreateSession::write_body);
        }),
        work("writing, straight line", || {
            write(|request, out| direct::write(request.session(), out));
        }),
    ],
    [
        work("writing, write_body", || {
            write(CreateSession::write_body);
        }),
        work("writing, serde_json", || {
            write(|request, out| serde_json::to_writer(out, request.session()).expect("JSON"));
        }),
    ],
    [
        work("reading, owned and checked", read::<Session>),
        work(
            "reading, borrowed and unchecked",
            read::<borrowed::Session<'static>>,
        ),
    ],
];

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [name, times] = &arguments[..] {
        let work = PAIRS.iter().flatten().find(|work| work.name == name);
        let work = work.ok_or_else(|| io::Error::other("no such work"))?;
        for _ in 0..times.parse().map_err(io::Error::other)? {
            (work.run)();
        }
        return Ok(());
    }
    let mut out = io::stdout().lock();
    for [ours, other] in PAIRS {
        let [count, least] = [instructions(&[ours.name])?, instructions(&[other.name])?];
        let (name, other) = (ours.name, other.name);
        writeln!(out, "{name:<32} {count:>6}   {other:<32} {least:>6}")?;
    }
    Ok(())
}

/// Writes the example's body into a buffer of its own.
fn write(write: fn(&CreateSession, &mut Vec<u8>)) {
    static REQUEST: LazyLock<CreateSession> = LazyLock::new(example_request);
    let mut out = Vec::with_capacity(2_048);
    write(black_box(&REQUEST), &mut out);
    black_box(out);
}

fn read<T: Deserialize<'static>>() {
    let read: Result<T, _> = serde_json::from_str(black_box(EXAMPLE));
    assert!(black_box(read).is_ok());
}
