use std::{
    convert::Infallible,
    sync::{Arc, Mutex, Weak},
};

use http::{HeaderValue, Request, header::PROXY_AUTHORIZATION};
use hyper_util::client::legacy::{self, ResponseFuture};
use tokio::{
    runtime::{self, Handle},
    sync::oneshot,
};

use super::{RequestBody, connect_timeout::ConnectTimeout};
use crate::sync::lock;

/// The most runtimes that have a pool of their own. Beyond that, the one that has gone longest without
/// a call gives up its idle connections.
const MOST_RUNTIMES: usize = 64;

/// A pool of connections for each runtime that calls are made on.
///
/// The task that drives a connection lives on the runtime that made the connection. The calls of
/// another runtime would stall when this one stops or rests. So connections are shared by the calls of
/// one runtime, and closed when the runtime ends.
#[derive(Clone)]
pub(crate) struct Pools(Arc<Shared>);

struct Shared {
    builder: legacy::Builder,
    connector: ConnectTimeout,
    /// What each request has to present to a proxy that forwards it.
    authorization: Option<HeaderValue>,
    /// The one with the latest call comes first: usually there is no other, and nothing to look up.
    pools: Mutex<Vec<(runtime::Id, RuntimePool)>>,
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
            pools: Mutex::new(Vec::new()),
        }))
    }

    /// Sends a request over a connection of the runtime that this is called on.
    pub(super) fn request(&self, mut request: Request<RequestBody>) -> ResponseFuture {
        if let Some(authorization) = &self.0.authorization {
            let headers = request.headers_mut();
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        let runtime = Handle::current();
        let id = runtime.id();
        let mut pools = lock(&self.0.pools);
        if let Some(at) = pools.iter().position(|(other, _)| *other == id) {
            pools[..=at].rotate_right(1);
            return pools[0].1.client.request(request);
        }
        let (in_use, unused) = oneshot::channel();
        let client = self.0.builder.build(self.0.connector.clone());
        let response = client.request(request);
        let pool = RuntimePool {
            client,
            _in_use: in_use,
        };
        pools.insert(0, (id, pool));
        let former = pools.get(MOST_RUNTIMES).is_some().then(|| pools.pop());
        drop(pools);
        drop(former);
        let mut end = RuntimeEnd {
            pools: Arc::downgrade(&self.0),
            id,
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
        drop(self.0.remove(Handle::current().id()));
    }
}

impl Shared {
    /// Takes a pool out, for the caller to drop without the lock.
    fn remove(&self, id: runtime::Id) -> Option<RuntimePool> {
        let mut pools = lock(&self.pools);
        let at = pools.iter().position(|(other, _)| *other == id)?;
        Some(pools.remove(at).1)
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
            drop(shared.remove(self.id));
        }
    }
}
