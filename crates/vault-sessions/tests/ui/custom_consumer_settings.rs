use serde_json::json;
use vault_sessions::Session;

fn main() {
    let _ = Session::builder().custom_consumer_settings(json!({"plan": "pro"}));
    let _ = Session::builder().custom_consumer_settings(["plan"]);
    let _ = Session::builder().custom_consumer_settings([("plan", 'p')]);
    let _ = Session::builder().custom_consumer_settings([(1, "pro")]);
    let _ = Session::builder().custom_consumer_settings(Some([("plan", "pro")]));
}
