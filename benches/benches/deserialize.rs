//! Reading the full example body: this crate's types, and parsers into plain borrowed ones.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vault_benches::{EXAMPLE, borrowed, example};

fn deserialize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deserialize");
    group.throughput(Throughput::Bytes(EXAMPLE.len() as u64));
    group.bench_function("vault-sessions", |bencher| {
        assert_eq!(
            serde_json::from_str::<vault_sessions::Session>(EXAMPLE).unwrap(),
            example()
        );
        bencher
            .iter(|| serde_json::from_str::<vault_sessions::Session>(black_box(EXAMPLE)).unwrap());
    });
    group.bench_function("serde_json borrowed", |bencher| {
        bencher.iter(|| {
            black_box(serde_json::from_str::<borrowed::Session>(black_box(EXAMPLE)).unwrap());
        });
    });
    group.bench_function("sonic-rs borrowed", |bencher| {
        bencher.iter(|| {
            black_box(sonic_rs::from_str::<borrowed::Session>(black_box(EXAMPLE)).unwrap());
        });
    });
    group.bench_function("simd-json borrowed", |bencher| {
        let mut input = Vec::new();
        bencher.iter(|| {
            input.clear();
            input.extend_from_slice(black_box(EXAMPLE).as_bytes());
            black_box(simd_json::from_slice::<borrowed::Session>(&mut input).unwrap());
        });
    });
    group.finish();
}

criterion_group!(benches, deserialize);
criterion_main!(benches);
