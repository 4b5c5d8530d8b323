//! What only a file can say: connections and tenants.

use serde_json::{Value, json};

use crate::program::{Serving, body, file, program, run, token_in};

fn serve(test: &str, content: &str) -> Serving {
    let config = file(test, content);
    Serving::spawn(program().args(["serve", "--addr", "127.0.0.1:0", "--config", &config]))
}

fn token(mock: &Serving, app: &str) -> String {
    token_in(&mock.create("KEY", app))
}

#[test]
fn connections_are_as_described() {
    let mock = serve(
        "connections",
        r#"
            api-key = "KEY"

            [[connections]]
            id = "crm+pipedrive"
            name = "Pipedrive"
            auth = "oauth2"
            state = "callable"
            website = "https://pipedrive.test"
            configurable-resources = ["leads"]

            [[connections]]
            id = "accounting+books"
            auth = "custom"
            enabled = false
            state = "added"
            tag-line = "Books, emulated"
            form-fields = [
                { id = "region", label = "Region", type = "select", options = ["eu", "us"], required = true },
                { id = "pin", type = "password", sensitive = true, placeholder = "0000", description = "Four digits" },
            ]

            [[connections]]
            id = "hris+people"
            auth = "oauth2"
            form-fields = [{ id = "subdomain", before-authorization = true }]
        "#,
    );
    let listed = body(&mock.connections(&token(&mock, "app")));
    let shown = |names: &[&str]| -> Vec<Value> {
        let connections = listed["data"].as_array().unwrap().iter();
        let members =
            |connection: &Value| names.iter().map(|name| connection[name].clone()).collect();
        connections.map(members).collect()
    };
    assert_eq!(
        shown(&["id", "name", "auth_type", "state", "enabled"]),
        [
            json!(["crm+pipedrive", "Pipedrive", "oauth2", "callable", true]),
            json!(["accounting+books", "books", "custom", "added", false]),
            json!(["hris+people", "people", "oauth2", "available", false]),
        ]
    );
    let [pipedrive, books, people] = [0, 1, 2].map(|index| &listed["data"][index]);
    assert_eq!(pipedrive["website"], "https://pipedrive.test");
    assert_eq!(pipedrive["configurable_resources"], json!(["leads"]));
    assert_eq!(books["tag_line"], "Books, emulated");
    let [region, pin] = [0, 1].map(|index| &books["form_fields"][index]);
    assert_eq!(region["label"], "Region");
    assert_eq!(region["required"], true);
    assert_eq!(region["type"], "select");
    assert_eq!(region["options"][1]["value"], "us");
    assert_eq!(pin["label"], "pin");
    assert_eq!(pin["sensitive"], true);
    assert_eq!(pin["placeholder"], "0000");
    assert_eq!(pin["description"], "Four digits");
    assert_eq!(
        people["settings_required_for_authorization"],
        json!(["subdomain"])
    );
}

#[test]
fn tenants_are_the_server_but_for_what_they_say() {
    let mock = serve(
        "tenants",
        r#"
            api-key = "KEY"
            secret = "SECRET"
            frozen-at = 1000
            validation = "lenient"
            faults = "status=503"

            [[tenants]]
            app-id = "shop"
            validation = "strict"
            frozen-at = 2000
            faults = "status=418; times=2"

            [[tenants]]
            app-id = "bank"
            api-key = "BANK"
            secret-seed = 7
            connections = [{ id = "crm+close", auth = "api-key" }]
        "#,
    );
    let statuses = |key, app| {
        [(); 3].map(|()| {
            let answer = mock.create(key, app);
            answer.split(' ').nth(1).unwrap().to_owned()
        })
    };
    assert_eq!(statuses("KEY", "shop"), ["418", "418", "200"]);
    assert_eq!(statuses("KEY", "app"), ["503", "200", "200"]);
    assert_eq!(statuses("KEY", "bank"), ["401", "401", "401"]);
    assert_eq!(statuses("BANK", "bank"), ["200", "200", "200"]);

    let of_app = |app: &str, path: &str| {
        body(&mock.call(&format!(
            "GET /__vault_mock/{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             x-apideck-app-id: {app}\r\n\r\n"
        )))
    };
    for (app, time, validation) in [
        ("app", 1_000, "lenient"),
        ("shop", 2_000, "strict"),
        ("bank", 1_000, "lenient"),
    ] {
        assert_eq!(of_app(app, "clock")["unix_seconds"], time, "{app}");
        assert_eq!(of_app(app, "settings")["validation"], validation, "{app}");
    }

    let verified = |token: &str| run(&["decode", "--secret", "SECRET", "--at", "2000"], token);
    assert!(verified(&token(&mock, "shop")).status.success());
    let of_bank = token_in(&mock.create("BANK", "bank"));
    assert!(!verified(&of_bank).status.success());
    let listed = body(&mock.connections(&of_bank));
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert!(
        mock.announced.get("secret").is_none(),
        "nothing was generated"
    );
}

#[test]
fn what_is_generated_is_announced_once_and_shared_with_tenants() {
    let mock = serve("generated", "[[tenants]]\napp-id = 'shop'");
    assert!(mock.create(mock.key(), "shop").starts_with("HTTP/1.1 200 "));
}
