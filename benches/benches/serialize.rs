//! Writing the full example body: this crate, a direct writer for it alone, and serializers.

use std::{hint::black_box, io};

use vault_benches::{Contender, EXAMPLE, direct, example, example_request, side_by_side};

fn main() -> io::Result<()> {
    let session = example();
    let request = example_request();
    let mut contenders = [
        contender("memcpy", |out| out.extend_from_slice(EXAMPLE.as_bytes())),
        contender("direct", |out| direct::write(&session, out)),
        contender("write_body", |out| request.write_body(out)),
        contender("serde_json", |out| {
            serde_json::to_writer(out, &session).unwrap();
        }),
        contender("sonic-rs", |out| {
            sonic_rs::to_writer(out, &session).unwrap();
        }),
        contender("simd-json", |out| {
            simd_json::to_writer(out, &session).unwrap();
        }),
    ];
    side_by_side(&mut contenders, "direct")
}

fn contender<'a>(name: &'a str, write: impl Fn(&mut Vec<u8>) + 'a) -> Contender<'a> {
    let mut out = Vec::with_capacity(2_048);
    write(&mut out);
    assert_eq!(str::from_utf8(&out), Ok(EXAMPLE), "{name}");
    Contender::new(name, move || {
        out.clear();
        write(black_box(&mut out));
    })
}
