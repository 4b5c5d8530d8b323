use vault_sessions::Url;

const RELATIVE: Url = Url::from_static("/dashboard");
const WITHOUT_HOST: Url = Url::from_static("https:///dashboard");

fn main() {
    let _ = (RELATIVE, WITHOUT_HOST);
}
