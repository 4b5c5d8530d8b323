//! Properties of every fault, script and plan.

use bytes::Bytes;
use http::Request;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use vault_mock::{
    Vault,
    fault::{Behaviour, Fault, Plan, Script, strategies},
};
use vault_sessions::{AppId, ConsumerId};

proptest! {
    #[test]
    fn what_is_printed_reads_back(
        fault in strategies::fault(),
        script in strategies::script(),
        plan in strategies::plan(),
    ) {
        let by_clock = fault.clone().by_clock();
        prop_assert_eq!(by_clock.to_string().parse::<Fault>(), Ok(by_clock.clone()));
        prop_assert_eq!(by_clock.to_string().parse::<Script>(), Ok(by_clock.into()));
        prop_assert_eq!(fault.to_string().parse::<Fault>(), Ok(fault));
        prop_assert_eq!(script.to_string().parse::<Script>(), Ok(script));
        prop_assert_eq!(plan.to_string().parse::<Behaviour>(), Ok(Behaviour::Plan(plan)));
    }

    #[test]
    fn no_text_is_too_strange(text in "[a-z=;,\" 0-9\u{e9}.\\\\-]{0,40}") {
        for error in [
            text.parse::<Fault>().err(),
            text.parse::<Script>().err(),
            text.parse::<Plan>().err(),
        ].into_iter().flatten() {
            prop_assert!(error.position() <= text.len());
            prop_assert!(text.is_char_boundary(error.position()));
        }
        if let Ok(script) = text.parse::<Script>() {
            prop_assert_eq!(script.to_string().parse::<Script>(), Ok(script));
        }
    }

    #[test]
    fn a_plan_is_a_function(plan in strategies::plan(), attempt in 0..20_u32) {
        let (app, consumer) = (AppId::from_static("app"), ConsumerId::from_static("consumer"));
        let again: Plan = plan.to_string().parse().unwrap();
        let one = plan.fault_at(&app, &consumer, attempt);
        prop_assert_eq!(one, again.fault_at(&app, &consumer, attempt));
    }

    #[test]
    fn no_fault_breaks_the_mock(plan in strategies::plan()) {
        let vault = Vault::builder().build();
        vault.faults().inject(&plan);
        let session = || {
            let key = vault.api_key().expose_secret();
            Request::post("/vault/sessions")
                .header("authorization", format!("Bearer {key}"))
                .header("x-apideck-app-id", "app")
                .header("x-apideck-consumer-id", "consumer")
                .body(Bytes::new())
                .unwrap()
        };
        for _ in 0..5 {
            let _ = vault.handle(session());
        }
        vault.faults().clear();
        prop_assert_eq!(vault.handle(session()).status(), 200);
    }
}

/// The simplest failing plan is what a developer wants to read.
#[test]
fn a_plan_shrinks_to_what_matters() {
    let mut runner = TestRunner::deterministic();
    let matters = |plan: &Plan| plan.to_string().contains("reset");
    let mut shrunk = None;
    while shrunk.is_none() {
        let mut tree = strategies::plan().new_tree(&mut runner).unwrap();
        if !matters(&tree.current()) {
            continue;
        }
        let mut least = tree.current();
        while if matters(&tree.current()) {
            least = tree.current();
            tree.simplify()
        } else {
            tree.complicate()
        } {}
        shrunk = Some(least.to_string());
    }
    let shrunk = shrunk.unwrap();
    let (seed, rest) = shrunk.split_once(", ").unwrap();
    assert!(
        seed.starts_with("seed=") && !seed.contains("attempts"),
        "{shrunk}"
    );
    assert_eq!(rest, "reset; weight=0");
}
