use std::{
    convert::Infallible,
    num::NonZeroUsize,
    sync::{Arc, Mutex, Weak},
};

use http::{HeaderValue, Request, header::PROXY_AUTHORIZATION};
use hyper_util::client::legacy::{self, ResponseFuture};
use lru::LruCache;
use tokio::{
    runtime::{self, Handle},
    sync::oneshot,
};

use super::{RequestBody, connect_timeout::ConnectTimeout};
use crate::sync::lock;

/// Runtimes that have a pool of their own at a time. Of more, the one whose calls are longest ago gives
/// up its idle connections.
const MOST_RUNTIMES: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");

/// A pool of connections for each runtime that calls are made on.
///
/// The task that drives a connection lives on the runtime that made the connection. On any other it
/// would stop as soon as that runtime does, or rests. So connections are shared by the calls of one
/// runtime, and closed when the runtime ends.
#[derive(Clone)]
pub(crate) struct Pools(Arc<Shared>);

struct Shared {
    builder: legacy::Builder,
    connector: ConnectTimeout,
    /// What each request has to show to a proxy that forwards it.
    authorization: Option<HeaderValue>,
    pools: Mutex<LruCache<runtime::Id, RuntimePool>>,
}

struct RuntimePool {
    client: legacy::Client<ConnectTimeout, RequestBody>,
    /// Ends the task that waits for the end of the runtime.
    _in_use: oneshot::Sender<Infallible>,
}

impl Pools {
    pub(super) fn new(
        builder: legacy::Builder,
        connector: ConnectTimeout,
        authorization: Option<HeaderValue>,
    ) -> Self {
        Self(Arc::new(Shared {
            builder,
            connector,
            authorization,
            pools: Mutex::new(LruCache::new(MOST_RUNTIMES)),
        }))
    }

    /// Sends a request over a connection of the runtime that this is called on.
    pub(super) fn request(&self, mut request: Request<RequestBody>) -> ResponseFuture {
        if let Some(authorization) = &self.0.authorization {
            let headers = request.headers_mut();
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        let runtime = Handle::current();
        let mut pools = lock(&self.0.pools);
        if let Some(pool) = pools.get(&runtime.id()) {
            return pool.client.request(request);
        }
        let (in_use, unused) = oneshot::channel();
        let client = self.0.builder.build(self.0.connector.clone());
        let response = client.request(request);
        let pool = RuntimePool {
            client,
            _in_use: in_use,
        };
        let former = pools.push(runtime.id(), pool);
        drop(pools);
        drop(former);
        let mut end = RuntimeEnd {
            pools: Arc::downgrade(&self.0),
            id: runtime.id(),
        };
        runtime.spawn(async move {
            // Nothing is ever sent: either the pool is dropped, or the runtime drops this task.
            let _ = unused.await;
            end.is_not_yet();
        });
        response
    }

    /// Leaves the connections of this runtime to the calls that use them. The next call makes its own.
    pub(crate) fn leave(&self) {
        let pool = lock(&self.0.pools).pop(&Handle::current().id());
        drop(pool);
    }
}

/// Drops the pool of a runtime along with the tasks of that runtime.
struct RuntimeEnd {
    pools: Weak<Shared>,
    id: runtime::Id,
}

impl RuntimeEnd {
    fn is_not_yet(&mut self) {
        self.pools = Weak::new();
    }
}

impl Drop for RuntimeEnd {
    fn drop(&mut self) {
        if let Some(shared) = self.pools.upgrade() {
            let pool = lock(&shared.pools).pop(&self.id);
            drop(pool);
        }
    }
}
