//! Building a session: through the builder, and field by field.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use vault_benches::{assigned, built};

fn build(criterion: &mut Criterion) {
    assert_eq!(built(), assigned());
    let mut group = criterion.benchmark_group("build");
    group.bench_function("builder", |bencher| bencher.iter(|| black_box(built())));
    group.bench_function("fields", |bencher| bencher.iter(|| black_box(assigned())));
    group.finish();
}

criterion_group!(benches, build);
criterion_main!(benches);
