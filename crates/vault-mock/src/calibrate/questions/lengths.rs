use vault_sessions::{Session, SessionLength, Settings};

use crate::calibrate::{
    question::{Ask, Question, table},
    read::life,
};

/// A length that our types do not write, as JSON.
macro_rules! length {
    ($json:literal) => {
        Ask::Body(
            concat!(r#"{"settings":{"session_length":"#, $json, "}}"),
            life,
        )
    };
}

/// What a session length may be written as, and how long it may be.
pub(super) const LENGTHS: &[Question] = table! {
    /// How long a session lives if nobody says
    "length-default" => Ask::Session(Session::default, life);
    /// Whether null stands for the default
    "length-null" => length!("null");
    /// Minutes, as the documentation has them
    "length-minutes" => Ask::Session(|| session(SessionLength::from_minutes(30)), life);
    /// Hours, as real tokens have them
    "length-hours" => Ask::Session(|| session(SessionLength::from_hours(24)), life);
    /// One second, the shortest session that makes sense
    "length-second" => Ask::Session(|| session(SessionLength::from_seconds(1)), life);
    /// Seven days: the documented maximum is a week
    "length-7d" => Ask::Session(|| session(SessionLength::from_days(7)), life);
    /// A week by its own unit
    "length-week" => length!(r#""1w""#);
    /// A week and a second
    "length-week-and-second" => length!(r#""604801s""#);
    /// Eight days
    "length-8d" => length!(r#""8d""#);
    /// No seconds: a session that is over when it begins
    "length-zero" => length!(r#""0s""#);
    /// Less than nothing
    "length-negative" => length!(r#""-1h""#);
    /// A unit in upper case
    "length-upper-case" => length!(r#""1H""#);
    /// A space before the unit
    "length-space" => length!(r#""1 h""#);
    /// A unit as a word
    "length-word" => length!(r#""2 hours""#);
    /// A fraction
    "length-fraction" => length!(r#""1.5h""#);
    /// Two units
    "length-compound" => length!(r#""1h30m""#);
    /// A number in a text, without a unit: seconds, milliseconds, or nothing at all
    "length-bare" => length!(r#""3600""#);
    /// A JSON number
    "length-number" => length!("3600");
    /// An empty text
    "length-empty" => length!(r#""""#);
    /// A text that is no length
    "length-nonsense" => length!(r#""abc""#);
};

fn session(length: SessionLength) -> Session {
    let settings = Settings::builder().session_length(length).build();
    Session::builder().settings(settings).build()
}
