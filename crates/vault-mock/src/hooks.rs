//! Hooks: the user's own code between a request and its answer.

use std::{
    any::Any,
    collections::VecDeque,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::Poll,
    time::SystemTime,
};

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::{admin, api, builder::VaultBuilder, fault, identity::Head, sync, vault::Vault};

type Answer = Pin<Box<dyn Future<Output = Option<Response<Bytes>>> + Send>>;

type Hook = Arc<dyn Fn(Request<Bytes>) -> Answer + Send + Sync>;

/// The user's code that sees every request.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Hook>);

impl VaultBuilder {
    /// Adds a function that sees every request and can answer it instead of the mock.
    ///
    /// It runs after the request is read and before it is answered. It may wait, and it may call the
    /// mock. If it returns `None`, the next hook answers, or else the mock. If it panics, the request is
    /// answered with 500, and [`hook_panics`](Vault::hook_panics) has the message. Hooks do not run for
    /// the admin API (`/__vault_mock/`), for CORS preflights, or in [`Vault::handle`], which cannot wait.
    ///
    /// ```
    /// use vault_mock::{
    ///     Vault,
    ///     http::{Request, Response},
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let vault = Vault::builder()
    ///     .hook(async |request| {
    ///         let teapot = request.uri().path() == "/tea";
    ///         teapot.then(|| Response::builder().status(418).body("short and stout".into()).unwrap())
    ///     })
    ///     .build();
    /// assert_eq!(vault.call(Request::get("/tea").body("".into())?).await?.status(), 418);
    /// # Ok(())
    /// # }
    /// ```
    pub fn hook<F, A>(mut self, hook: F) -> Self
    where
        F: Fn(Request<Bytes>) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Response<Bytes>>> + Send + 'static,
    {
        let hook = move |request| -> Answer { Box::pin(hook(request)) };
        self.settings.hooks.0.push(Arc::new(hook));
        self
    }
}

impl Vault {
    /// The latest 100 panics of hooks, the oldest first.
    #[must_use]
    pub fn hook_panics(&self) -> Vec<HookPanic> {
        self.hook_reports().all()
    }

    /// What a hook answers to a request, if one does.
    pub(crate) async fn run_hooks(&self, head: &Head, body: &Bytes) -> Option<Response<Bytes>> {
        let parts = &head.parts;
        let hooks = &self.hooks().0;
        if hooks.is_empty()
            || admin::is_admin(self, parts)
            || api::is_preflight(&parts.method, &parts.headers)
        {
            return None;
        }
        for hook in hooks {
            let mut request = Request::from_parts(parts.clone(), body.clone());
            if let Some(peer) = head.peer {
                request.extensions_mut().insert(peer);
            }
            let answer = catch(async { hook(request).await });
            match answer.await {
                Ok(None) => {}
                Ok(Some(response)) => return Some(response),
                Err(message) => {
                    let response = fault::hook_panicked(&message);
                    self.hook_reports().add(HookPanic {
                        at: self.clock().now(),
                        method: parts.method.clone(),
                        message,
                    });
                    return Some(response);
                }
            }
        }
        None
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hooks({})", self.0.len())
    }
}

/// Runs a future to its end, or to its panic, whose message it returns.
///
/// A future that has panicked is not polled again, so nobody sees what it left half done.
async fn catch<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(message(panic.as_ref()))),
        }
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the panic has no message").to_owned()
}

/// Reports that are kept; beyond it the oldest is forgotten.
const REPORTS: usize = 100;

/// A panic in a hook, which its request was answered with 500 for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookPanic {
    /// When it happened, on the mock's clock.
    pub at: SystemTime,
    /// The method of the request.
    pub method: Method,
    /// The message of the panic.
    pub message: String,
}

/// The latest panics, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Reports(Mutex<VecDeque<HookPanic>>);

impl Reports {
    fn add(&self, report: HookPanic) {
        let mut reports = sync::lock(&self.0);
        if reports.len() == REPORTS {
            reports.pop_front();
        }
        reports.push_back(report);
    }

    fn all(&self) -> Vec<HookPanic> {
        let reports = sync::lock(&self.0);
        reports.iter().cloned().collect()
    }
}
