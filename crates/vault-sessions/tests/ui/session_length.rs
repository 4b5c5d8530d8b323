use vault_sessions::SessionLength;

const EIGHT_DAYS: SessionLength = SessionLength::days(8);
const ZERO: SessionLength = SessionLength::minutes(0);

fn main() {
    let _ = (EIGHT_DAYS, ZERO);
}
