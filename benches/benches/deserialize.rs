//! Reading the full example body: this crate's types, and parsers into plain borrowed ones.

#![expect(dead_code, reason = "the fields are there to be read into")]

use std::{collections::BTreeMap, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use serde_json::Value;
use vault_benches::{EXAMPLE, example};

/// The body as unchecked texts that borrow from the input: the least that a parser can do.
#[derive(Deserialize)]
struct Borrowed<'a> {
    #[serde(borrow)]
    consumer_metadata: Option<Metadata<'a>>,
    redirect_uri: Option<&'a str>,
    #[serde(borrow)]
    settings: Option<Settings<'a>>,
    #[serde(borrow)]
    theme: Option<Theme<'a>>,
    custom_consumer_settings: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    account_name: Option<&'a str>,
    user_name: Option<&'a str>,
    email: Option<&'a str>,
    image: Option<&'a str>,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the API's members")]
struct Settings<'a> {
    #[serde(borrow)]
    unified_apis: Option<Vec<&'a str>>,
    hide_resource_settings: Option<bool>,
    sandbox_mode: Option<bool>,
    isolation_mode: Option<bool>,
    session_length: Option<&'a str>,
    show_logs: Option<bool>,
    show_suggestions: Option<bool>,
    show_sidebar: Option<bool>,
    auto_redirect: Option<bool>,
    hide_guides: Option<bool>,
    #[serde(borrow)]
    allow_actions: Option<Vec<&'a str>>,
}

#[derive(Deserialize)]
struct Theme<'a> {
    favicon: Option<&'a str>,
    logo: Option<&'a str>,
    primary_color: Option<&'a str>,
    sidepanel_background_color: Option<&'a str>,
    sidepanel_text_color: Option<&'a str>,
    vault_name: Option<&'a str>,
    privacy_url: Option<&'a str>,
    terms_url: Option<&'a str>,
}

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
            black_box(serde_json::from_str::<Borrowed>(black_box(EXAMPLE)).unwrap());
        });
    });
    group.bench_function("sonic-rs borrowed", |bencher| {
        bencher.iter(|| {
            black_box(sonic_rs::from_str::<Borrowed>(black_box(EXAMPLE)).unwrap());
        });
    });
    group.bench_function("simd-json borrowed", |bencher| {
        let mut input = Vec::new();
        bencher.iter(|| {
            input.clear();
            input.extend_from_slice(black_box(EXAMPLE).as_bytes());
            black_box(simd_json::from_slice::<Borrowed>(&mut input).unwrap());
        });
    });
    group.finish();
}

criterion_group!(benches, deserialize);
criterion_main!(benches);
