use vault_sessions::SessionLength;

const EIGHT_DAYS: SessionLength = SessionLength::from_days(8);
const ZERO: SessionLength = SessionLength::from_minutes(0);
const NO_UNIT: SessionLength = SessionLength::from_static("30");
const TWO_WEEKS: SessionLength = SessionLength::from_static("2w");

fn main() {
    let _ = (EIGHT_DAYS, ZERO, NO_UNIT, TWO_WEEKS);
}
