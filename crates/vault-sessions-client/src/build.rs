use std::mem;

use http::{HeaderValue, uri::Scheme};

#[cfg(feature = "tls")]
use crate::transport::client_config;
use crate::{
    builder::{BoxLayer, ClientBuilder},
    client::{Client, ClientState},
    config::{
        ConfigError, ConfigProblem, LONGEST, Route, Timeouts, arrives_as_sent, semaphore,
        stays_on_this_machine,
    },
    retry::Retry,
    spans::Spans,
    transport::{Pool, Pools, Transport},
};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

impl ClientBuilder {
    /// Checks the settings and makes the client. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// A setting is missing, impossible, or contradicts another; [`ConfigError`] says which.
    pub fn build(mut self) -> Result<Client, ConfigError> {
        let timeouts = self.timeouts.check()?;
        self.retry.check()?;
        if self.response_limit == 0 {
            return Err(ConfigProblem::Zero("response limit").into());
        }
        if self.pool_idle_timeout.is_zero() {
            return Err(ConfigProblem::Zero("idle timeout of the pool").into());
        }
        if self.concurrency_limit == Some(0) {
            return Err(ConfigProblem::Zero("concurrency limit").into());
        }
        let user_agent = match self.user_agent.take() {
            None => HeaderValue::from_static(USER_AGENT),
            Some(text) if !text.is_empty() && arrives_as_sent(text.as_bytes()) => {
                HeaderValue::try_from(text)
                    .map_err(|cause| ConfigError::with(ConfigProblem::UserAgent, cause))?
            }
            Some(_) => return Err(ConfigProblem::UserAgent.into()),
        };
        let headers = mem::take(&mut self.headers).check(user_agent)?;
        #[cfg(feature = "proxy")]
        let route = self.route()?;
        #[cfg(not(feature = "proxy"))]
        let route: Option<Route> = None;
        self.check_plain_http(route.as_ref())?;
        let destination = match &route {
            None => self.base.to_string(),
            Some(route) => format!("{} through the proxy {}", self.base, route.proxy),
        };
        let key = self.key.take().ok_or(ConfigProblem::NoApiKey)?;
        let base = self.base.clone();
        #[cfg(feature = "http2")]
        let http2 = self.http2;
        let response_limit = self.response_limit;
        let retry = Retry::new(self.retry.clone());
        let concurrency = self.concurrency_limit.map(semaphore);
        let layers = mem::take(&mut self.layers);
        let (transport, pools) = self.into_transport(timeouts, route.as_ref())?;
        let state = ClientState {
            key,
            destination,
            headers,
            timeouts,
            response_limit,
            retry,
            concurrency,
            spans: Spans::new(&base),
            base,
            #[cfg(feature = "http2")]
            http2,
            pools,
        };
        let wrap = |transport, layer: BoxLayer| layer(transport);
        let transport = layers.into_iter().fold(transport, wrap);
        Ok(Client::new(transport, state))
    }

    fn check_plain_http(&self, route: Option<&Route>) -> Result<(), ConfigError> {
        if self.allow_plain_http || self.is_secure() {
            return Ok(());
        }
        let base = self.base.to_string();
        let leaves = |authority| !stays_on_this_machine(authority);
        if self.base.as_uri().authority().is_some_and(leaves) {
            return Err(ConfigProblem::PlainHttp(base).into());
        }
        match route.map(|route| &route.proxy) {
            Some(proxy) if proxy.authority().is_some_and(leaves) => {
                let proxy = proxy.to_string();
                Err(ConfigProblem::PlainHttpToProxy { base, proxy }.into())
            }
            _ => Ok(()),
        }
    }

    fn into_transport(
        self,
        timeouts: Timeouts,
        route: Option<&Route>,
    ) -> Result<(Transport, Option<Pools>), ConfigError> {
        #[cfg(feature = "tls")]
        if let Some(error) = self.bad_roots {
            return Err(error);
        }
        let secure = self.is_secure();
        if let Some(transport) = self.transport {
            return Ok((transport, None));
        }
        let secure_proxy = route.is_some_and(Route::is_secure);
        #[cfg(not(feature = "tls"))]
        if secure || secure_proxy {
            return Err(ConfigProblem::NoTls.into());
        }
        #[cfg(feature = "tls")]
        let tls = (secure || secure_proxy).then(|| client_config(self.roots));
        let pool = Pool {
            connect_timeout: timeouts.connect,
            idle_timeout: self.pool_idle_timeout.min(LONGEST),
            max_idle: self.pool_max_idle,
            #[cfg(feature = "tls")]
            secure,
            #[cfg(feature = "tls")]
            tls: tls.transpose()?,
            #[cfg(feature = "http2")]
            http2: self.http2,
            #[cfg(feature = "proxy")]
            route: route.cloned(),
        };
        let pools = pool.into_pools();
        Ok((Transport::pooled(pools.clone()), Some(pools)))
    }

    fn is_secure(&self) -> bool {
        self.base.as_uri().scheme() == Some(&Scheme::HTTPS)
    }

    /// The way through the proxy, if the pool is to take one.
    #[cfg(feature = "proxy")]
    fn route(&self) -> Result<Option<Route>, ConfigError> {
        match &self.proxy {
            Some(proxy) if self.transport.is_none() => proxy.route(self.base.as_uri()),
            _ => Ok(None),
        }
    }
}
