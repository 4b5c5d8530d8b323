//! API keys: one that changes while the client runs, and what is shown of one.

mod support;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use proptest::prelude::*;
use support::request;
use tokio::sync::{mpsc, oneshot, watch};
use tower::{Service, service_fn};
use vault_sessions::ApiKey;
use vault_sessions_client::{Client, ClientBuilder, RequestBody, RetryPolicy};

fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

/// A service that knows one key, tells of another in its answer, and counts.
fn knows(
    right: &'static str,
    on_refusal: impl Fn() + Clone + Send + Sync + 'static,
) -> (ClientBuilder, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = service_fn(move |request: Request<RequestBody>| {
        counted.fetch_add(1, Ordering::SeqCst);
        let mut response = Response::new(Full::from(body_of_created()));
        if request.headers()["authorization"] != format!("Bearer {right}") {
            on_refusal();
            *response.status_mut() = http::StatusCode::UNAUTHORIZED;
        }
        async move { Ok::<_, Infallible>(response) }
    });
    (Client::builder().transport(service), calls)
}

fn body_of_created() -> Bytes {
    let created = support::created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    Bytes::from(body.to_owned())
}

#[tokio::test]
async fn each_attempt_asks_for_the_key() {
    let (sender, receiver) = watch::channel(key("old"));
    let (builder, calls) = knows("new", || {});
    let client = builder.api_key_source(move || receiver.borrow().clone());
    let client = client.build().unwrap();
    assert!(
        client
            .create_session(&request())
            .await
            .unwrap_err()
            .is_unauthorized()
    );
    // The key is what it was, so there was no reason to try again.
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    sender.send_replace(key("new"));
    client.create_session(&request()).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert!(!format!("{client:?}").contains("new"));
}

#[tokio::test]
async fn a_refusal_of_a_key_that_has_changed_is_tried_once_with_the_new_one() {
    for (right, works) in [("new", true), ("third", false)] {
        let (sender, receiver) = watch::channel(key("old"));
        let (builder, calls) = knows(right, move || {
            sender.send_modify(|current| {
                let next = if current.expose_secret() == "old" {
                    "new"
                } else {
                    "newer"
                };
                *current = key(next);
            });
        });
        let client = builder
            .retry(RetryPolicy::never())
            .api_key_source(move || receiver.borrow().clone());
        let outcome = client.build().unwrap().create_session(&request()).await;
        assert_eq!(outcome.is_ok(), works);
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        let attempts = outcome.map_or_else(|error| error.attempts(), |created| created.attempts());
        assert_eq!(attempts, 2);
    }
}

/// Holds what comes until it is told to answer, and notes with which key it came.
type Held = (oneshot::Sender<()>, String);

fn holding() -> (
    impl Service<
        Request<RequestBody>,
        Response = Response<Full<Bytes>>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + Sync
    + 'static,
    mpsc::UnboundedReceiver<Held>,
) {
    let (arrived, arrivals) = mpsc::unbounded_channel();
    let service = service_fn(move |request: Request<RequestBody>| {
        let (answer, told) = oneshot::channel();
        let key = request.headers()["authorization"].to_str().unwrap();
        arrived.send((answer, key.to_owned())).unwrap();
        async move {
            told.await.unwrap();
            Ok(Response::new(Full::from(body_of_created())))
        }
    });
    (service, arrivals)
}

#[tokio::test]
async fn an_attempt_that_waited_for_its_turn_has_the_key_of_when_it_got_it() {
    type Limit = fn(ClientBuilder) -> ClientBuilder;
    let own: Limit = |builder| builder.concurrency_limit(1);
    let layer: Limit =
        |builder| builder.layer(|inner| tower::limit::ConcurrencyLimit::new(inner, 1));
    for limit in [own, layer] {
        let (sender, receiver) = watch::channel(key("old"));
        let (service, mut arrivals) = holding();
        let builder = limit(Client::builder().transport(service));
        let client = builder.api_key_source(move || receiver.borrow().clone());
        let client = client.build().unwrap();
        let (wanted, same) = (request(), request());
        let rotation = async {
            let (answer, key_of_first) = arrivals.recv().await.unwrap();
            assert_eq!(key_of_first, "Bearer old");
            sender.send_replace(key("new"));
            answer.send(()).unwrap();
            let (answer, key_of_second) = arrivals.recv().await.unwrap();
            answer.send(()).unwrap();
            key_of_second
        };
        let (first, second, key_of_second) = tokio::join!(
            client.create_session(&wanted),
            client.create_session(&same),
            rotation
        );
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(key_of_second, "Bearer new");
    }
}

/// A short key is found only where no letter or digit stands beside it.
fn is_short(key: &str) -> bool {
    key.len() < 8
}

/// What a service says, with the key in a form in which it can stand there.
fn says(key: &str, form: usize, before: usize) -> (String, String) {
    let bytes = key.bytes();
    let percent: Vec<_> = bytes.clone().map(|byte| format!("%{byte:02X}")).collect();
    let unicode: Vec<_> = bytes.map(|byte| format!("\\u{byte:04x}")).collect();
    let text = match form {
        0 => key.to_owned(),
        1 => percent.concat(),
        2 => unicode.concat(),
        _ => serde_json::to_string(key).unwrap(),
    };
    let filler = if is_short(key) { " " } else { "7" }.repeat(before);
    let body = serde_json::json!({
        "type_name": "UnauthorizedError",
        "message": format!("{filler}{text}{filler}"),
        "detail": {(text.clone()): [text.clone(), {"key": key}]},
    });
    (body.to_string(), text)
}

/// What a call gives, and what its spans and events say at every level.
#[cfg(feature = "tracing")]
fn telling<T>(call: impl FnOnce() -> T) -> (T, String) {
    let (sender, told) = std::sync::mpsc::channel();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .without_time()
        .with_ansi(false)
        .with_writer(move || Told(sender.clone()))
        .finish();
    let given = tracing::subscriber::with_default(subscriber, call);
    let told: Vec<u8> = told.into_iter().flatten().collect();
    (given, String::from_utf8(told).unwrap())
}

#[cfg(not(feature = "tracing"))]
fn telling<T>(call: impl FnOnce() -> T) -> (T, String) {
    (call(), String::new())
}

#[cfg(feature = "tracing")]
struct Told(std::sync::mpsc::Sender<Vec<u8>>);

#[cfg(feature = "tracing")]
impl std::io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

proptest! {
    #[test]
    fn no_key_is_shown_and_none_of_our_words_is_eaten(
        key in "[!-~]{1,64}",
        form in 0..4_usize,
        before in 0..520_usize,
    ) {
        let (body, _) = says(&key, form, before);
        let service = service_fn(move |_: Request<RequestBody>| {
            let mut response = Response::new(Full::from(body.clone()));
            *response.status_mut() = http::StatusCode::UNAUTHORIZED;
            async move { Ok::<_, Infallible>(response) }
        });
        let client = Client::builder()
            .api_key(ApiKey::new(&*key).unwrap())
            .transport(service)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (error, told) = telling(|| runtime.block_on(client.create_session(&request())));
        let error = error.unwrap_err();
        prop_assert_eq!(told.contains("401"), cfg!(feature = "tracing"));
        let api_error = error.api_error().unwrap();
        let words = api_error.error_body().unwrap();
        prop_assert!(error.to_string().starts_with("the service answered 401 Unauthorized: "));
        prop_assert!(
            error.to_string().ends_with("; check the API key, and that it belongs to the app ID")
        );
        let line = error.to_string();
        for shown in [format!("{error:?}"), api_error.to_string(), format!("{api_error:?}")] {
            prop_assert!(shown.contains("check the API key") || shown.contains("[API key]"), "{}", shown);
        }
        // Everything that the service said, without the marks, which may themselves hold a short key.
        let said = [
            words.message.clone().unwrap(),
            words.detail.as_ref().unwrap().to_string(),
            line.replace("the service answered 401 Unauthorized: ", "")
                .replace("; check the API key, and that it belongs to the app ID", ""),
            told,
        ];
        if is_short(&key) {
            // Alone, it may also be a mark of JSON: only the message is certain to have none.
            let message = said[0].replace("[API key]", "\0");
            let stands_alone = message.match_indices(&*key).any(|(at, found)| {
                !message[..at].ends_with(char::is_alphanumeric)
                    && !message[at + found.len()..].starts_with(char::is_alphanumeric)
            });
            prop_assert!(!stands_alone, "{} in {}", key, message);
        } else {
            for said in said {
                let said = said.replace("[API key]", "\0");
                prop_assert!(!said.contains(&key), "{} in {}", key, said);
                // Nor a part of it at a cut.
                prop_assert!(!said.contains(&key[..key.len() - 1]) || before > 0, "{} in {}", key, said);
            }
        }
    }
}
