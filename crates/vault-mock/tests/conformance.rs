//! The emulator against a small model of the service: random sequences, in process and on a socket.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates a text"
)]

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::StatusCode;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::{Builder, Runtime};
use vault_mock::{
    AroundExpiry, Clock, InProcess, Vault, VaultBuilder, VaultServer,
    conformance::{
        Capabilities, Listed, Mock, NewSession, OverHttp, Refused, Step, Subject, Switch, run,
        steps,
    },
    connections::ConnectionId,
    fault::Fault,
};
use vault_sessions::{
    Action, ActionSet, AppId, ConsumerId, SessionCreated, SessionLength, SessionToken,
};

fn enforcing() -> VaultBuilder {
    Vault::builder().enforce_actions(true)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The same cases in every run: what was green stays green.
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, rng)
}

async fn agrees<S: Subject>(subject: &mut S, steps: &[Step]) -> Result<(), TestCaseError> {
    let agreement = run(subject, steps).await;
    agreement.map_err(|divergence| TestCaseError::fail(divergence.to_string()))
}

#[test]
fn in_process() {
    agrees_in_process(Vault::builder);
}

#[test]
fn in_process_with_actions_enforced() {
    agrees_in_process(enforcing);
}

fn agrees_in_process(builder: fn() -> VaultBuilder) {
    let runtime = runtime();
    let capabilities = Mock::in_process(builder).capabilities();
    let all = runner(2_000).run(&steps(&capabilities), |steps| {
        runtime.block_on(agrees(&mut Mock::in_process(builder), &steps))
    });
    all.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn over_http() {
    let runtime = runtime();
    let capabilities = Mock::in_process(enforcing).capabilities();
    let all = runner(200).run(&steps(&capabilities), |steps| {
        runtime.block_on(async { agrees(&mut Mock::on_a_socket(enforcing).await, &steps).await })
    });
    all.unwrap_or_else(|failure| panic!("{failure}"));
}

/// As a sandbox is tested: no clock, no faults, and consumers who are not new.
#[test]
fn a_service_of_which_nothing_is_known() {
    let runtime = runtime();
    let sandbox = runtime.block_on(VaultServer::builder().clock(Clock::system()).start());
    let sandbox = sandbox.unwrap();
    let base = sandbox.uri().parse().unwrap();
    let subject = || {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let app = AppId::from_static("my-app");
        OverHttp::new(client, &base, sandbox.api_key().clone(), app)
            .consumer(ConsumerId::from_static("one"))
            .consumer(ConsumerId::from_static("other"))
            .connection("crm+salesforce".parse().unwrap())
            .connection("crm+close".parse().unwrap())
    };
    let strategy = steps(&subject().capabilities());
    let all = runner(100).run(&strategy, |steps| {
        runtime.block_on(agrees(&mut subject(), &steps))
    });
    all.unwrap_or_else(|failure| panic!("{failure}"));
    let journal = sandbox.journal().requests();
    assert!(journal.len() == 1_000 && sandbox.journal().dropped() > 0);
}

fn create(consumer: &'static str, allow_actions: Option<ActionSet>) -> Step {
    Step::Create(NewSession {
        consumer: ConsumerId::from_static(consumer),
        length: const { SessionLength::from_minutes(30) },
        allow_actions,
    })
}

fn one_of_each() -> Vec<Step> {
    let connection = "crm+salesforce".parse().unwrap();
    vec![
        create("alice", None),
        create("bob", Some(ActionSet::of([Action::Disable]))),
        create("bob", Some(ActionSet::default())),
        Step::List { session: 1 },
        Step::Switch {
            session: 1,
            connection,
            to: Switch::Disable,
        },
        Step::Ask {
            session: 1,
            action: Action::Delete,
        },
        Step::Advance(Duration::from_millis(1_500)),
        Step::AdvanceToExpiry {
            session: 0,
            instant: AroundExpiry::Before(Duration::from_secs(1)),
        },
        Step::RotateKey {
            overlap: Duration::from_secs(60),
        },
        Step::Restart,
        Step::Fail {
            status: StatusCode::SERVICE_UNAVAILABLE,
            times: 2,
        },
    ]
}

#[test]
fn steps_print_to_one_line_each() {
    let lines: Vec<_> = one_of_each().iter().map(Step::to_string).collect();
    expect![[r#"
        open a session for alice: 30m
        open a session for bob: 30m, allow_actions [disable]
        open a session for bob: 30m, allow_actions []
        session 1: list connections
        session 1: disable crm+salesforce
        session 1: may it delete?
        advance by 1s 500ms
        advance to the expiry of session 0: -1s
        rotate the key with an overlap of 1m
        restart
        fail with 503 2 times"#]]
    .assert_eq(&lines.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_divergence_prints_the_way_there_and_no_secret() {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let vault = Vault::builder().clock(Clock::frozen_at(start)).build();
    let base = "http://vault.invalid".parse().unwrap();
    let app = AppId::from_static("my-app");
    let over = OverHttp::new(vault.service(), &base, vault.api_key().clone(), app)
        .consumer(ConsumerId::from_static("alice"))
        .consumer(ConsumerId::from_static("bob"))
        .connection("crm+salesforce".parse().unwrap());
    let mut stuck = Stuck {
        vault: vault.clone(),
        over,
    };
    let mut until_alice_is_out = one_of_each();
    until_alice_is_out.push(Step::Advance(Duration::from_secs(1_800)));
    diverges(
        &mut stuck,
        &until_alice_is_out,
        &expect![[r#"
        the subject diverges from the model at the last of these steps
           1. open a session for alice: 30m
           2. open a session for bob: 30m, allow_actions [disable]
           3. open a session for bob: 30m, allow_actions []
           4. session 1: list connections
           5. session 1: disable crm+salesforce
           6. advance by 1s 500ms
           7. advance to the expiry of session 0: -1s
           8. advance by 30m
           9. session 0: list connections
        expected: 401: session 0 expired 29m 59s ago
        answered: a list of connections"#]],
    )
    .await;
    let late = [Step::Advance(Duration::from_secs(1)), create("alice", None)];
    diverges(
        &mut stuck,
        &late,
        &expect![[r#"
        the subject diverges from the model at the last of these steps
           1. advance by 1s
           2. open a session for alice: 30m
        expected: iat is 2023-11-14T22:13:21Z
        answered: 2023-11-14T22:13:20Z"#]],
    )
    .await;
    for (fault, text) in [
        (
            "reset",
            expect![[r#"
                the subject diverges from the model at the last of these steps
                   1. open a session for alice: 30m
                expected: a session
                answered: the transport failed: no answer: the mock injected the fault `reset`"#]],
        ),
        (
            "wrong-shape",
            expect![[r#"
            the subject diverges from the model at the last of these steps
               1. open a session for alice: 30m
            expected: a session
            answered: an answer that cannot be read: it does not fit at line 1, column 40"#]],
        ),
        (
            "status=418",
            expect![[r#"
            the subject diverges from the model at the last of these steps
               1. open a session for alice: 30m
            expected: a session
            answered: 418"#]],
        ),
    ] {
        let fault: Fault = fault.parse().unwrap();
        vault.faults().inject(fault.forever());
        diverges(&mut stuck, &[create("alice", None)], &text).await;
    }
}

async fn diverges(subject: &mut impl Subject, steps: &[Step], text: &Expect) {
    let divergence = run(subject, steps).await.unwrap_err();
    text.assert_eq(&divergence.to_string());
    assert_eq!(format!("{divergence:?}"), divergence.to_string());
    assert_eq!(
        divergence.steps().count(),
        divergence.to_string().lines().count() - 3
    );
}

/// Says that its clock can be moved, and leaves it where it is.
struct Stuck {
    vault: Vault,
    over: OverHttp<InProcess>,
}

impl Subject for Stuck {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            clock: Some(self.vault.clock().now()),
            ..self.over.capabilities()
        }
    }

    async fn create(&mut self, new: &NewSession) -> Result<SessionCreated, Refused> {
        self.over.create(new).await
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
}
