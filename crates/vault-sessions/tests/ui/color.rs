use vault_sessions::Color;

const NAMED: Color = Color::from_static("blue");
const SHORT: Color = Color::from_static("#28");

fn main() {
    let _ = (NAMED, SHORT);
}
