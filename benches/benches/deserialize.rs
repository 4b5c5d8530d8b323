//! Reading the full example body: this crate's types, and parsers into plain borrowed ones.

use std::{hint::black_box, io};

use vault_benches::{Contender, EXAMPLE, borrowed, example, side_by_side};

fn main() -> io::Result<()> {
    let read = || serde_json::from_str::<vault_sessions::Session>(black_box(EXAMPLE)).unwrap();
    assert_eq!(read(), example());
    let mut buffer = Vec::new();
    let mut contenders = [
        Contender::new("vault-sessions", || {
            black_box(read());
        }),
        Contender::new("serde_json, borrowed", || {
            black_box(serde_json::from_str::<borrowed::Session>(black_box(EXAMPLE)).unwrap());
        }),
        Contender::new("sonic-rs, borrowed", || {
            black_box(sonic_rs::from_str::<borrowed::Session>(black_box(EXAMPLE)).unwrap());
        }),
        Contender::new("simd-json, borrowed", || {
            buffer.clear();
            buffer.extend_from_slice(black_box(EXAMPLE).as_bytes());
            black_box(simd_json::from_slice::<borrowed::Session>(&mut buffer).unwrap());
        }),
    ];
    side_by_side(&mut contenders, "serde_json, borrowed")
}
