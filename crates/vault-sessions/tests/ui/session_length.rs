use vault_sessions::SessionLength;

const EIGHT_DAYS: SessionLength = SessionLength::from_days(8);
const ZERO: SessionLength = SessionLength::from_minutes(0);

fn main() {
    let _ = (EIGHT_DAYS, ZERO);
}
