//! Texts that try to get out of their place, in every field that the page shows.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::{
    Vault,
    connections::{Connection, Connector, FieldKind, FormField, ServiceId},
};
use vault_sessions::UnifiedApi;

use crate::support::{Visitor, text};

const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></pre></textarea><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% include \"x\" %}",
    "javascript:alert(1)",
    "]]><!--",
    "\u{202e}\u{2066}مرحبا\u{0}\r\nset-cookie: a=b",
    "https://a.example/\"onclick=alert(1)",
];

fn percent_encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| format!("%{byte:02x}"));
    bytes.collect::<Vec<_>>().concat()
}

/// Checks that no tag or attribute on the page came out of a text.
fn is_unharmed(page: &str, context: &str) {
    let lower = page.to_lowercase();
    for escaped in [
        "<script>",
        "<img src=x",
        "<svg onload",
        "<svg/onload",
        "href=\"javascript:",
        "src=\"javascript:",
        "]]><!--",
    ] {
        assert!(!lower.contains(escaped), "{context}: {escaped} in {page}");
    }
    // Every attribute that the templates write; a quote that gets out would make another one.
    for tag in lower.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let outside: String = tag.split('"').step_by(2).collect();
        for attribute in ["onerror", "onmouseover", "onload", "onclick"] {
            assert!(
                !outside.contains(attribute),
                "{context}: {attribute} in <{tag}>"
            );
        }
    }
}

fn everywhere(visitor: &Visitor, context: &str) {
    for query in [
        "",
        "?view=logs",
        "?view=suggestions",
        "?view=journal",
        "?view=icon.svg",
        "?connection=crm%2Bsalesforce",
        "?connection=crm%2Bhostile",
        "?connection=crm%2Bhostile&done=add",
    ] {
        let response = visitor.get(query);
        assert!(
            matches!(response.status().as_u16(), 200 | 303 | 404),
            "{context} {query}"
        );
        is_unharmed(&text(&response), context);
    }
    visitor
        .vault
        .clock()
        .advance(std::time::Duration::from_secs(604_800));
    is_unharmed(&text(&visitor.get("")), context);
}

#[test]
fn in_every_text_of_the_session() {
    let pointers = [
        "/consumer_metadata/account_name",
        "/consumer_metadata/user_name",
        "/consumer_metadata/email",
        "/redirect_uri",
        "/theme/favicon",
        "/theme/logo",
        "/theme/primary_color",
        "/theme/sidepanel_background_color",
        "/theme/sidepanel_text_color",
        "/theme/vault_name",
        "/theme/privacy_url",
        "/theme/terms_url",
        "/custom_consumer_settings/x",
    ];
    for pointer in pointers {
        for hostile in HOSTILE {
            let mut body = json!({
                "settings": { "show_suggestions": true, "auto_redirect": true },
                "consumer_metadata": { "account_name": "", "user_name": "", "email": "" },
                "theme": {},
            });
            let (object, name) = pointer.rsplit_once('/').unwrap();
            let members = match object {
                "" => &mut body,
                object => &mut body[&object[1..]],
            };
            members[name] = Value::from(hostile);
            let builder = Vault::builder().external_images(true);
            everywhere(
                &Visitor::at(builder, &body),
                &format!("{pointer}: {hostile}"),
            );
        }
    }
}

#[test]
fn in_every_text_of_a_connection() {
    for hostile in HOSTILE {
        let field = FormField::new(hostile, hostile, FieldKind::Select)
            .with_placeholder(hostile)
            .with_description(hostile)
            .with_option(hostile, hostile);
        let area = FormField::new("area", hostile, FieldKind::Textarea).required();
        let service = ServiceId::from_static("hostile");
        let connector = Connector::oauth2(UnifiedApi::Crm, service, hostile)
            .with_tag_line(hostile)
            .with_images(hostile, hostile)
            .with_website(hostile)
            .with_configurable_resource(hostile)
            .with_form_field(field)
            .with_form_field(area)
            .with_guide();
        let builder = Vault::builder().connections([Connection::callable(connector)]);
        let visitor = Visitor::at(builder, &json!({}));
        let value = percent_encoded(hostile);
        let form = format!("action=save&settings.area={value}");
        let response = visitor.post("?connection=crm%2Bhostile", &form);
        assert_eq!(response.status(), 303);
        everywhere(&visitor, hostile);
    }
}

#[test]
fn in_the_query_the_path_and_other_peoples_requests() {
    let visitor = Visitor::new(&json!({}));
    for hostile in HOSTILE {
        let value = percent_encoded(hostile);
        for name in ["view", "connection", "q", "done", "corner", "x"] {
            let response = visitor.get(&format!("?{name}={value}"));
            is_unharmed(&text(&response), hostile);
        }
        let request = Request::get("/<script>alert(1)</script>").body(Bytes::new());
        if let Ok(request) = request {
            let _ = visitor.vault.handle(request);
        }
        let request =
            Request::post("/vault/sessions").header("x-apideck-consumer-id", "\"><svg onload=x>");
        let _ = visitor.vault.handle(request.body(Bytes::new()).unwrap());
        is_unharmed(&visitor.page("?view=journal"), hostile);
    }
}

/// What the developer's corner shows stands in the page, and could be opened by itself.
#[test]
fn the_list_of_requests_has_the_policy_of_all_pages() {
    let visitor = Visitor::new(&json!({}));
    let list = visitor.get("?view=journal");
    for name in [
        "content-security-policy",
        "referrer-policy",
        "x-content-type-options",
        "cache-control",
    ] {
        assert_eq!(
            list.headers().get(name),
            visitor.get("").headers().get(name),
            "{name}"
        );
        assert!(list.headers().contains_key(name), "{name}");
    }
}

/// The page reads its assets by itself, which is no news; nobody writes to them.
#[test]
fn what_is_sent_to_an_asset_is_recorded() {
    let visitor = Visitor::new(&json!({}));
    let before = visitor.vault.journal().len();
    visitor.get("?view=theme.css");
    assert_eq!(visitor.vault.journal().len(), before);
    for query in ["?view=theme.css", "?view=clock"] {
        visitor.post(query, "");
        let last = visitor.vault.journal().last().unwrap();
        assert!(last.expose_uri().ends_with(query), "{query}");
        assert_eq!(last.method(), "POST");
    }
    assert_eq!(visitor.vault.journal().len(), before + 2);
}
