//! Plans: pure functions that print, read back, and print how to replay them.

use std::{env, process::Command};

use vault_mock::fault::{Behaviour, Fault, Plan, fail};
use vault_sessions::{AppId, ConsumerId};

fn outcomes(plan: &Plan, consumer: &'static str) -> Vec<String> {
    let (app, consumer) = (AppId::from_static("app"), ConsumerId::from_static(consumer));
    let fault = |attempt| plan.fault_at(&app, &consumer, attempt);
    (1..=12)
        .map(|attempt| fault(attempt).map_or_else(|| "-".to_owned(), Fault::to_string))
        .collect()
}

/// A line from a failed run of last year must still mean the same. What is expected was worked out
/// by another program, from the definition of a draw.
#[test]
fn what_a_line_means_never_changes() {
    let plan = "seed=42; attempts=10, ok; weight=2, status=503, reset"
        .parse()
        .unwrap();
    let (ok, fail, reset, none) = ("ok", "status=503", "reset", "-");
    let one = [reset, reset, fail, ok, ok, ok, ok, ok, fail, ok, none, none];
    let two = [
        fail, reset, fail, ok, reset, reset, reset, fail, reset, ok, none, none,
    ];
    assert_eq!(outcomes(&plan, "one"), one);
    assert_eq!(outcomes(&plan, "two"), two);
}

#[test]
fn weights_decide_how_often() {
    let plan = Plan::seeded(1)
        .choice(0, Fault::hang())
        .choice(3, Fault::reset())
        .choice(1, Fault::html());
    let (app, consumer) = (
        AppId::from_static("app"),
        ConsumerId::from_static("consumer"),
    );
    let resets = (1..=4_000)
        .filter(|attempt| plan.fault_at(&app, &consumer, *attempt) == Some(&Fault::reset()))
        .count();
    // Three in four; the plan is fixed, so this is no matter of luck.
    assert!((2_900..3_100).contains(&resets), "{resets}");
    assert_eq!(Plan::seeded(1).fault_at(&app, &consumer, 1), None);
    assert_eq!(
        Plan::seeded(1)
            .choice(0, Fault::hang())
            .fault_at(&app, &consumer, 1),
        None
    );
}

#[test]
fn an_error_says_where_and_why() {
    let cases = [
        ("ok", 0, "a plan starts with `seed=…`"),
        ("seed=-1", 0, "a whole number"),
        (
            "seed=1; speed=2, ok",
            8,
            "only `attempts` may stand beside `seed`",
        ),
        ("seed=1, ok; weight=many", 12, "a whole number"),
        ("seed=1, rest", 8, "`rest` is not a fault"),
        ("seed=1, weight=2", 16, "nothing says what goes wrong"),
    ];
    for (text, position, problem) in cases {
        let error = text.parse::<Plan>().unwrap_err();
        assert_eq!(error.position(), position, "{text}: {error}");
        assert!(error.to_string().contains(problem), "{text}: {error}");
    }
}

#[test]
fn a_text_is_a_plan_or_a_script() {
    let plan: Behaviour = "seed=1, reset; weight=2".parse().unwrap();
    assert_eq!(plan, Plan::seeded(1).choice(2, Fault::reset()).into());
    let script: Behaviour = "status=503; times=2, ok".parse().unwrap();
    assert_eq!(
        script,
        fail(503).times(2).then(vault_mock::fault::ok()).into()
    );
    assert_eq!(plan.to_string(), "seed=1, reset; weight=2");
}

const LINE: &str = "seed=5, status=400; body=\"it's, so\"";

/// Runs [`fails_with_a_plan`] in a process of its own, and returns what it prints.
fn failing_test(replayed: Option<&str>) -> String {
    let mut test = Command::new(env::current_exe().unwrap());
    test.args(["--exact", "fails_with_a_plan", "--ignored", "--nocapture"]);
    test.env_remove("VAULT_MOCK_PLAN");
    if let Some(line) = replayed {
        test.env("VAULT_MOCK_PLAN", line);
    }
    let output = test.output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_failing_test_prints_the_line_that_replays_it() {
    let printed = failing_test(None);
    let expected = r#"VAULT_MOCK_PLAN='seed=5, status=400; body="it'\''s, so"'"#;
    assert!(printed.contains(expected), "{printed}");
    let replayed = failing_test(Some("seed=6, hang"));
    assert!(
        replayed.contains("VAULT_MOCK_PLAN='seed=6, hang'"),
        "{replayed}"
    );
    let refused = failing_test(Some("seed=6, rest"));
    assert!(
        refused.contains("VAULT_MOCK_PLAN: invalid fault at byte 8"),
        "{refused}"
    );
}

#[test]
#[ignore = "fails on purpose, in a process of its own"]
fn fails_with_a_plan() {
    let _plan = LINE.parse::<Plan>().unwrap().replayable();
    panic!("on purpose");
}
