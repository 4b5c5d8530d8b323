use std::{fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use vault_sessions::{
    Action, ApiKey, AppId, ConsumerId, SessionCreated, SessionToken, wire::BaseUri,
};

use super::{
    capabilities::Capabilities,
    model::Verdict,
    over_http::OverHttp,
    step::{NewSession, Switch},
    subject::{Listed, Refused, Subject},
};
use crate::{
    builder::{VaultBuilder, random_api_key},
    clock::Clock,
    connections::{Connection, ConnectionId},
    fault::fail,
    serve::{InProcess, VaultServer},
    token::{Secret, TokenError},
    vault::Vault,
};

/// This crate's emulator as a subject, with everything that it can do.
///
/// It can be given hooks and other settings, to see that they keep to the service's rules; clock, key
/// and secret are the subject's own, and the model takes the default rule of expiry as given.
///
/// ```
/// use vault_mock::{Vault, conformance::{Mock, Step, run}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut mock = Mock::in_process(Vault::builder);
/// run(&mut mock, &[Step::Restart]).await?;
/// # Ok(())
/// # }
/// ```
pub struct Mock {
    builder: Box<dyn Fn() -> VaultBuilder + Send>,
    clock: Clock,
    key: ApiKey,
    /// How often the key was rotated: the seed of the secret.
    rotations: u64,
    way: Way,
}

enum Way {
    InProcess(Vault, OverHttp<InProcess>),
    Socket(
        VaultServer,
        Box<OverHttp<Client<HttpConnector, Full<Bytes>>>>,
    ),
}

impl Mock {
    /// An emulator without a socket; exact under tokio's paused time.
    pub fn in_process(builder: impl Fn() -> VaultBuilder + Send + 'static) -> Self {
        let (builder, clock, key) = (Box::new(builder), Clock::frozen(), random_api_key());
        let vault = with_secret(&builder, &clock, &key, 0).build();
        Self {
            builder,
            clock,
            way: Way::in_process(vault, &key),
            key,
            rotations: 0,
        }
    }

    /// An emulator on a free port of 127.0.0.1; a restart moves it to another one.
    ///
    /// # Panics
    ///
    /// The address cannot be listened on, or there is no tokio runtime with I/O and time.
    pub async fn on_a_socket(builder: impl Fn() -> VaultBuilder + Send + 'static) -> Self {
        let (builder, clock, key) = (Box::new(builder), Clock::frozen(), random_api_key());
        let started = with_secret(&builder, &clock, &key, 0).start().await;
        Self {
            builder,
            clock,
            way: Way::socket(started.expect(LISTENS), &key),
            key,
            rotations: 0,
        }
    }

    fn vault(&self) -> &Vault {
        match &self.way {
            Way::InProcess(vault, _) => vault,
            Way::Socket(mock, _) => mock,
        }
    }
}

const LISTENS: &str = "the address can be listened on";

impl Way {
    fn in_process(vault: Vault, key: &ApiKey) -> Self {
        let base = "http://vault.invalid";
        let over = over(vault.service(), base, key, &vault);
        Self::InProcess(vault, over)
    }

    fn socket(mock: VaultServer, key: &ApiKey) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let over = over(client, mock.uri(), key, &mock);
        Self::Socket(mock, Box::new(over))
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mock")
            .field("vault", self.vault())
            .finish_non_exhaustive()
    }
}

impl Subject for Mock {
    fn capabilities(&self) -> Capabilities {
        let vault = self.vault();
        let seed: Vec<_> = vault.seeded_connections().iter().map(listed).collect();
        Capabilities {
            app: app(),
            consumers: consumers().to_vec(),
            connections: seed.iter().map(|listed| listed.id.clone()).collect(),
            seed: Some(seed),
            clock: Some(self.clock.now()),
            enforces_actions: Some(vault.rules().enforce_actions),
            policy: true,
            key_rotation: true,
            restart: true,
            faults: true,
        }
    }

    async fn create(&mut self, new: &NewSession) -> Result<SessionCreated, Refused> {
        match &mut self.way {
            Way::InProcess(_, over) => over.create(new).await,
            Way::Socket(_, over) => over.create(new).await,
        }
    }

    async fn list(&mut self, token: &SessionToken) -> Result<Vec<Listed>, Refused> {
        match &mut self.way {
            Way::InProcess(_, over) => over.list(token).await,
            Way::Socket(_, over) => over.list(token).await,
        }
    }

    async fn switch(
        &mut self,
        token: &SessionToken,
        connection: &ConnectionId,
        to: Switch,
    ) -> Result<Option<Listed>, Refused> {
        match &mut self.way {
            Way::InProcess(_, over) => over.switch(token, connection, to).await,
            Way::Socket(_, over) => over.switch(token, connection, to).await,
        }
    }

    async fn ask(&mut self, token: &SessionToken, action: Action) -> Verdict {
        match self.vault().authorize(token, action) {
            Ok(_) => Verdict::Allowed,
            Err(refused) => verdict(&refused),
        }
    }

    async fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
    }

    async fn rotate_key(&mut self, overlap: Duration) {
        self.rotations += 1;
        self.vault()
            .rotate_key(Secret::from_seed(self.rotations), overlap);
    }

    async fn restart(&mut self) {
        let builder = with_secret(&self.builder, &self.clock, &self.key, self.rotations);
        self.way = match &self.way {
            Way::InProcess(..) => Way::in_process(builder.build(), &self.key),
            Way::Socket(..) => Way::socket(builder.start().await.expect(LISTENS), &self.key),
        };
    }

    async fn fail(&mut self, status: StatusCode, times: u32) {
        let script = fail(status.as_u16()).times(times);
        self.vault().faults().inject(script);
    }
}

fn verdict(refused: &TokenError) -> Verdict {
    if refused.is_expired() {
        Verdict::Expired
    } else if refused.is_not_allowed() {
        Verdict::NotAllowed
    } else if refused.is_forged() {
        Verdict::NotGenuine
    } else {
        Verdict::Unknown
    }
}

fn listed(connection: &Connection) -> Listed {
    Listed {
        id: connection.id().clone(),
        state: connection.state(),
        enabled: connection.is_enabled(),
    }
}

fn with_secret(
    builder: &impl Fn() -> VaultBuilder,
    clock: &Clock,
    key: &ApiKey,
    rotations: u64,
) -> VaultBuilder {
    builder()
        .clock(clock.clone())
        .api_key(key.clone())
        .secret(Secret::from_seed(rotations))
}

fn over<S>(service: S, base: &str, key: &ApiKey, vault: &Vault) -> OverHttp<S> {
    let base: BaseUri = base.parse().expect("a mock's address is a base URI");
    let [one, other] = consumers();
    let over = OverHttp::new(service, &base, key.clone(), app())
        .consumer(one)
        .consumer(other);
    let seed = vault.seeded_connections().iter();
    seed.fold(over, |over, connection| {
        over.connection(connection.id().clone())
    })
}

fn app() -> AppId {
    AppId::from_static("my-app")
}

fn consumers() -> [ConsumerId; 2] {
    [
        ConsumerId::from_static("alice"),
        ConsumerId::from_static("bob"),
    ]
}
