//! Whatever bytes come on a connection, the mock answers or closes it, and serves the next one.

#![no_main]

use std::{
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use libfuzzer_sys::fuzz_target;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, split},
    runtime::{Builder, Runtime},
    time::timeout,
};
use vault_mock::{Clock, Secret, Vault};
use vault_sessions::ApiKey;

/// More time than all limits of the server together; it is paused, and passes at once.
const DAY: Duration = Duration::from_secs(86_400);

/// How much longer the answers may be than what asked for them. The largest answer, the OpenAPI
/// document, is asked for with a few bytes.
const ANSWER_LIMIT: usize = 512 * 1024;

const WELL_FORMED: &[u8] = b"POST /vault/sessions HTTP/1.1\r\nhost: mock\r\n\
    authorization: Bearer key\r\nx-apideck-app-id: app\r\nx-apideck-consumer-id: consumer\r\n\
    connection: close\r\n\r\n";

// The first byte says whether the client closes its half, the others are what it sends.
fuzz_target!(|data: &[u8]| {
    let Some((first, sent)) = data.split_first() else {
        return;
    };
    runtime().block_on(async {
        let vault = Vault::builder()
            .api_key(ApiKey::new("key").unwrap())
            .secret(Secret::from_seed(1))
            .clock(Clock::running_from(SystemTime::UNIX_EPOCH))
            .journal_capacity(4)
            .build();
        let answers = exchange(&vault, sent, first % 2 == 0).await;
        let requests = sent.windows(4).filter(|end| end == b"\r\n\r\n").count()
            + sent.windows(2).filter(|end| end == b"\n\n").count()
            + 1;
        // What a request asks to go wrong may also keep its connection open.
        let may_hang = !vault.faults().injected().is_empty() || asks_for_a_fault(sent);
        match answers {
            Some(answers) => assert!(answers.len() <= requests * ANSWER_LIMIT),
            None => assert!(may_hang, "neither an answer nor a close"),
        }
        assert!(vault.journal().len() <= 4);

        vault.faults().clear();
        let answer = exchange(&vault, WELL_FORMED, false).await;
        let answer = answer.expect("the mock answers the next client");
        assert!(
            answer.starts_with(b"HTTP/1.1 200 "),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    });
});

fn asks_for_a_fault(sent: &[u8]) -> bool {
    sent.to_ascii_lowercase()
        .windows(12)
        .any(|name| name == b"x-vault-mock")
}

/// Sends bytes on a new connection, and reads until the mock closes it; `None` if it never does.
async fn exchange(vault: &Vault, sent: &[u8], closes: bool) -> Option<Vec<u8>> {
    let (mut reader, mut writer) = split(vault.connector().connect());
    let write = async {
        // The mock may refuse and close before it has read everything.
        let _ = writer.write_all(sent).await;
        if closes {
            let _ = writer.shutdown().await;
        }
    };
    let read = async {
        let mut answers = Vec::new();
        // A reset is a close, too.
        let _ = reader.read_to_end(&mut answers).await;
        answers
    };
    let both = async { tokio::join!(write, read).1 };
    timeout(DAY, both).await.ok()
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    })
}
