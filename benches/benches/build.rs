//! Building a session: through the builders, and as struct literals.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use vault_benches::{built, literal};

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    group.bench_function("builders", |bencher| bencher.iter(|| black_box(built())));
    group.bench_function("literals", |bencher| {
        bencher.iter(|| black_box(literal::session()));
    });
    group.finish();
}

criterion_group!(benches, build);
criterion_main!(benches);
