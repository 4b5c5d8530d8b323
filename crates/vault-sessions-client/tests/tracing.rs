//! Spans as OpenTelemetry's conventions for HTTP clients want them.
#![cfg(feature = "tracing")]

mod support;

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use support::{builder, created, request};
use tower::service_fn;
use tracing::{
    Event, Id, Instrument, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};
use vault_sessions_client::{BaseUri, RequestBody, RetryPolicy, SessionKeeper};

/// What a span or an event said, in the order in which they began.
#[derive(Debug)]
struct Said {
    /// Of a span.
    id: Option<Id>,
    name: &'static str,
    parent: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
}

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<Said>>>);

impl Capture {
    fn add(
        &self,
        id: Option<Id>,
        metadata: &'static Metadata<'static>,
        parent: Option<&'static str>,
        record: impl FnOnce(&mut Said),
    ) {
        if metadata.target().starts_with("vault_sessions_client") {
            let name = metadata.name();
            let fields = BTreeMap::new();
            let mut said = Said {
                id,
                name,
                parent,
                fields,
            };
            record(&mut said);
            self.0.lock().unwrap().push(said);
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context
            .span(id)
            .unwrap()
            .parent()
            .map(|parent| parent.name());
        let record = |said: &mut Said| attributes.record(said);
        self.add(Some(id.clone()), attributes.metadata(), parent, record);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut all = self.0.lock().unwrap();
        let mut matching = all.iter_mut().filter(|said| said.id.as_ref() == Some(id));
        if let Some(said) = matching.next_back() {
            values.record(said);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let parent = context.event_span(event).map(|span| span.name());
        let record = |said: &mut Said| event.record(said);
        self.add(None, event.metadata(), parent, record);
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// Runs one call against a scripted transport; gives what was said meanwhile.
async fn capture(base: &str, script: &[u16], policy: RetryPolicy) -> Vec<Said> {
    let script = Arc::new(Mutex::new(script.to_vec()));
    let transport = service_fn(move |_: Request<RequestBody>| {
        let status = script.lock().unwrap().remove(0);
        async move {
            if status == 0 {
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused));
            }
            let created = created();
            let (_, body) = created.split_once("\r\n\r\n").unwrap();
            let response = Response::builder().status(status);
            Ok(response
                .body(Full::new(Bytes::from(body.to_owned())))
                .unwrap())
        }
    });
    let client = builder()
        .base_uri(BaseUri::new(base).unwrap())
        .retry(policy.backoff(Duration::ZERO, Duration::ZERO))
        .transport(transport)
        .build()
        .unwrap();
    let capture = Capture::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(capture.clone()));
    let _ = client.create_session(&request()).await;
    drop(guard);
    std::mem::take(&mut *capture.0.lock().unwrap())
}

fn fields<const N: usize>(fields: [(&'static str, &str); N]) -> BTreeMap<&'static str, String> {
    fields.map(|(name, value)| (name, value.to_owned())).into()
}

#[tokio::test]
async fn a_call_and_its_attempt_have_a_span_each() {
    let said = capture("https://unify.apideck.com", &[200], RetryPolicy::default()).await;
    let [call, attempt] = &said[..] else {
        panic!("{said:#?}")
    };
    assert_eq!((call.name, call.parent), ("create_session", None));
    assert_eq!(
        call.fields,
        fields([
            ("otel.kind", "internal"),
            ("server.address", "unify.apideck.com"),
            ("server.port", "443"),
        ])
    );
    assert_eq!(attempt.name, "POST /vault/sessions");
    assert_eq!(attempt.parent, Some("create_session"));
    assert_eq!(
        attempt.fields,
        fields([
            ("http.request.method", "POST"),
            ("http.response.status_code", "200"),
            ("otel.kind", "client"),
            ("server.address", "unify.apideck.com"),
            ("server.port", "443"),
            ("url.full", "https://unify.apideck.com/vault/sessions"),
        ])
    );
}

#[tokio::test]
async fn what_fails_is_an_error_and_what_is_sent_again_is_counted() {
    let policy = RetryPolicy::default();
    let said = capture("http://[::1]:8080/base/", &[503, 0, 429], policy).await;
    let attempts: Vec<_> = said
        .iter()
        .filter(|said| said.name.starts_with("POST"))
        .collect();
    for (attempt, (resent, status, kind)) in attempts.iter().zip([
        (None, Some("503"), "503"),
        (Some("1"), None, "connect"),
        (Some("2"), Some("429"), "429"),
    ]) {
        let field = |name| attempt.fields.get(name).map(String::as_str);
        assert_eq!(field("http.request.resend_count"), resent);
        assert_eq!(field("http.response.status_code"), status);
        assert_eq!(field("error.type"), Some(kind));
        assert_eq!(field("otel.status_code"), Some("ERROR"));
        assert_eq!(
            field("url.full"),
            Some("http://[::1]:8080/base/vault/sessions")
        );
        assert_eq!(field("server.address"), Some("::1"));
        assert_eq!(field("server.port"), Some("8080"));
    }
    assert_eq!(attempts.len(), 3);
    let call = &said[0].fields;
    assert_eq!(call["http.request.resend_count"], "2");
    assert_eq!(call["error.type"], "429");
    assert_eq!(call["otel.status_code"], "ERROR");

    let told: Vec<_> = said
        .iter()
        .filter(|said| said.fields.contains_key("wait"))
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].parent, Some("create_session"));
    assert_eq!(told[0].fields["error.type"], "503");
}

#[tokio::test]
async fn a_call_that_succeeds_in_the_end_is_no_error() {
    let said = capture("http://localhost", &[503, 200], RetryPolicy::default()).await;
    let call = &said[0].fields;
    assert_eq!(call["http.request.resend_count"], "1");
    assert_eq!(call["server.port"], "80");
    assert!(!call.contains_key("error.type") && !call.contains_key("otel.status_code"));
}

#[tokio::test]
async fn a_success_that_is_none_is_an_error_of_its_own() {
    let unreadable = service_fn(async |_: Request<RequestBody>| {
        Ok::<_, io::Error>(Response::new(Full::new(Bytes::from("<p>log in</p>"))))
    });
    let capture = Capture::default();
    let client = builder().transport(unreadable).build().unwrap();
    let guard = tracing::subscriber::set_default(Registry::default().with(capture.clone()));
    client.create_session(&request()).await.unwrap_err();
    drop(guard);
    let said = capture.0.lock().unwrap();
    assert_eq!(said[1].fields["http.response.status_code"], "200");
    assert_eq!(said[1].fields["error.type"], "unreadable");
}

#[tokio::test]
async fn the_call_of_a_keeper_belongs_to_who_asked_first() {
    let unreachable = service_fn(async |_: Request<RequestBody>| {
        Err::<Response<Full<Bytes>>, _>(io::Error::from(io::ErrorKind::ConnectionRefused))
    });
    let client = builder().transport(unreachable).retry(RetryPolicy::never());
    let keeper = SessionKeeper::new(client.build().unwrap());
    let capture = Capture::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(capture.clone()));
    let page = tracing::info_span!("page");
    let asked = keeper.current(&request()).instrument(page).await;
    drop(guard);
    assert!(asked.unwrap_err().is_connect());
    let said = capture.0.lock().unwrap();
    let call = said.iter().find(|said| said.name == "create_session");
    assert_eq!(call.unwrap().parent, Some("page"));
}

#[cfg(feature = "blocking")]
#[test]
fn the_call_of_a_blocking_client_belongs_to_its_caller() {
    let unreachable = service_fn(async |_: Request<RequestBody>| {
        Err::<Response<Full<Bytes>>, _>(io::Error::from(io::ErrorKind::ConnectionRefused))
    });
    let client = builder().transport(unreachable).retry(RetryPolicy::never());
    let client = client.build_blocking().unwrap();
    let capture = Capture::default();
    let subscriber = Registry::default().with(capture.clone());
    let asked = tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("page").in_scope(|| client.create_session(&request()))
    });
    assert!(asked.unwrap_err().is_connect());
    let said = capture.0.lock().unwrap();
    let call = said.iter().find(|said| said.name == "create_session");
    assert_eq!(call.unwrap().parent, Some("page"));
}
