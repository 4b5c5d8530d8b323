//! One session created: by the emulator alone, and over a socket by the client and by a peer.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime;
use vault_benches::built;
use vault_mock::{Vault, VaultServer};
use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession, SessionCreated, wire::BaseUri};
use vault_sessions_client::Client;

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id("app".parse::<AppId>().unwrap())
        .consumer_id("consumer".parse::<ConsumerId>().unwrap())
        .session(built())
        .build()
}

/// The work of the emulator: read, check, sign, answer, record.
fn in_memory(criterion: &mut Criterion) {
    let vault = Vault::builder().build();
    let request = request().to_http(&BaseUri::default(), vault.api_key());
    criterion.bench_function("create_session/in_memory", |bencher| {
        bencher.iter(|| black_box(vault.handle(request.clone())));
    });
}

fn over_a_socket(criterion: &mut Criterion) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let vault = VaultServer::start_blocking();
    let request = request();
    let base: BaseUri = vault.uri().parse().unwrap();
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .base_uri(base.clone())
        .build()
        .unwrap();
    let peer = reqwest::Client::new();

    let mut group = criterion.benchmark_group("create_session/over_a_socket");
    group.bench_function("vault-sessions-client", |bencher| {
        bencher.iter(|| runtime.block_on(client.create_session(&request)).unwrap());
    });
    group.bench_function("reqwest", |bencher| {
        bencher.iter(|| runtime.block_on(with_reqwest(&peer, &request, &base, vault.api_key())));
    });
    group.finish();
}

async fn with_reqwest(
    peer: &reqwest::Client,
    request: &CreateSession,
    base: &BaseUri,
    key: &ApiKey,
) -> SessionCreated {
    let request = request.to_http(base, key).try_into().unwrap();
    let answer = peer.execute(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    SessionCreated::from_http(status, &headers, body).unwrap()
}

criterion_group!(benches, in_memory, over_a_socket);
criterion_main!(benches);
