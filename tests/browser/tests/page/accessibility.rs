use std::{env, fs, time::Duration};

use serde_json::{Value, json};

use vault_browser_tests::sessions::{Showcase, showcases};

use crate::Visit;

/// Runs axe-core on the page that is shown. `AXE_PATH` is the path of its `axe.min.js`.
async fn check(visit: &Visit, context: &str) {
    let path = env::var("AXE_PATH").expect("AXE_PATH names axe.min.js of the npm package axe-core");
    let axe = fs::read_to_string(path).unwrap();
    // As the developer tools do: the page's own policy does not concern it.
    visit
        .command("Runtime.evaluate", json!({ "expression": axe }))
        .await;
    let found = visit
        .evaluate(
            "const done = arguments[0]; \
             axe.run().then(({ violations }) => done(violations.map((one) => [ \
               one.impact, one.id, one.nodes.map((node) => node.html) ])));",
        )
        .await;
    let serious: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|violation| violation[0] == "serious" || violation[0] == "critical")
        .collect();
    assert!(serious.is_empty(), "{context}: {serious:#?}");
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn axe_finds_nothing_serious() {
    for showcase in showcases() {
        let Showcase {
            name,
            session,
            query,
            expired,
        } = showcase;
        let body = serde_json::to_value(&session).unwrap();
        let visit = Visit::to(&body).await;
        if expired {
            visit.vault.clock().advance(Duration::from_secs(3600));
        }
        for scheme in ["light", "dark"] {
            visit.prefer(scheme).await;
            for query in [
                query,
                "",
                "?view=logs",
                "?corner",
                "?connection=crm%2Bsalesforce",
            ] {
                visit.show(query).await;
                check(&visit, &format!("{name} {scheme} {query}")).await;
            }
        }
        visit.complaints().await;
        visit.leave().await;
    }
}
