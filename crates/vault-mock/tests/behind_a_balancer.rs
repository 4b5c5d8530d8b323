//! The model against several servers behind a balancer, some of which end between the steps.
//!
//! `.ci/replicas` starts all of that, and says where in variables; without them there is nothing to do.
#![cfg(feature = "proptest")]

use std::env;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;
use vault_mock::{
    Vault,
    conformance::{
        Capabilities, Listed, NewSession, OverHttp, Refused, Subject, Switch, run, steps,
    },
    connections::ConnectionId,
};
use vault_sessions::{ApiKey, AppId, ConsumerId, SessionCreated, SessionToken};

type Http = Client<HttpConnector, Full<Bytes>>;

struct Behind {
    over: OverHttp<Http>,
    http: Http,
    /// Whom to ask for what is done to the servers between the steps.
    control: String,
}

impl Behind {
    fn new() -> Self {
        let http: Http = Client::builder(TokioExecutor::new()).build_http();
        let base = variable("VAULT_MOCK_TEST_URL").parse().expect("a base");
        let key = ApiKey::new(variable("VAULT_MOCK_TEST_API_KEY")).expect("a key");
        let app = AppId::from_static("model");
        let mut over = OverHttp::new(http.clone(), &base, key, app)
            .consumer(ConsumerId::from_static("one"))
            .consumer(ConsumerId::from_static("other"));
        for connection in Vault::builder().build().seeded_connections() {
            over = over.connection(connection.id().clone());
        }
        Self {
            over,
            http,
            control: variable("VAULT_MOCK_TEST_CONTROL"),
        }
    }

    /// Ends and starts what the path says, and returns once it is done.
    async fn control(&self, path: &str) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.control))
            .body(Full::default());
        let answer = self.http.request(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        answer.into_body().collect().await.unwrap();
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run .ci/replicas"))
}

impl Subject for Behind {
    fn capabilities(&self) -> Capabilities {
        let vault = Vault::builder().build();
        let seed = vault.seeded_connections().iter().map(|one| Listed {
            id: one.id().clone(),
            state: one.state(),
            enabled: one.is_enabled(),
        });
        Capabilities {
            seed: Some(seed.collect()),
            enforces_actions: Some(vault.rules().enforce_actions),
            restart: true,
            ..self.over.capabilities()
        }
    }

    /// A server where none of the two lives is nobody's loss.
    async fn create(&mut self, new: &NewSession) -> Result<SessionCreated, Refused> {
        let created = self.over.create(new).await;
        self.control("/end-and-start-a-stranger").await;
        created
    }

    async fn list(&mut self, token: &SessionToken) -> Result<Vec<Listed>, Refused> {
        self.over.list(token).await
    }

    async fn switch(
        &mut self,
        token: &SessionToken,
        connection: &ConnectionId,
        to: Switch,
    ) -> Result<Option<Listed>, Refused> {
        self.over.switch(token, connection, to).await
    }

    /// A rolling update: whoever's server ends begins anew, and that is everybody in turn.
    async fn restart(&mut self) {
        self.control("/end-and-start-each").await;
    }
}

#[test]
#[ignore = "needs servers and a balancer; `.ci/replicas` starts them"]
fn agrees_with_the_model_while_servers_end() {
    let runtime = Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let capabilities = Behind::new().capabilities();
    let all = TestRunner::new_with_rng(config, rng).run(&steps(&capabilities), |steps| {
        let mut subject = Behind::new();
        let agreement = runtime.block_on(async {
            // What an earlier case has changed is gone.
            subject.restart().await;
            run(&mut subject, &steps).await
        });
        agreement.map_err(|divergence| TestCaseError::fail(divergence.to_string()))
    });
    all.unwrap_or_else(|failure| panic!("{failure}"));
}
