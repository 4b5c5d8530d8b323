//! A bad literal outside of a const context: the panic says what an error says, and names the line of
//! the caller. In a file of its own because a panic hook is the whole process's.

use std::{
    cell::RefCell,
    panic::{self, UnwindSafe},
};

use vault_sessions::{AppId, Color, ConsumerId, SessionLength, Url};

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What a panic tells: where it is, then why.
fn panic_of<T>(work: impl FnOnce() -> T + UnwindSafe) -> String {
    assert!(panic::catch_unwind(work).is_err(), "a panic was expected");
    PANIC.take().expect("the hook has seen the panic")
}

#[test]
fn panic_with_the_words_of_an_error_at_the_line_of_the_caller() {
    panic::set_hook(Box::new(|panic| {
        PANIC.set(Some(panic.to_string()));
    }));
    let lengths = "invalid session length: it is out of range; use whole seconds, from one \
                   second to one week (604800 seconds)";
    let panics = [
        (
            panic_of(|| AppId::from_static("")),
            AppId::new("").unwrap_err().to_string(),
        ),
        (
            panic_of(|| ConsumerId::from_static("a\nb")),
            ConsumerId::new("a\nb").unwrap_err().to_string(),
        ),
        (
            panic_of(|| Color::from_static("#28")),
            "#28".parse::<Color>().unwrap_err().to_string(),
        ),
        (
            panic_of(|| Url::from_static("/dashboard")),
            Url::new("/dashboard").unwrap_err().to_string(),
        ),
        (
            panic_of(|| SessionLength::from_static("30 m")),
            SessionLength::new("30 m").unwrap_err().to_string(),
        ),
        (
            panic_of(|| SessionLength::from_seconds(0)),
            lengths.to_owned(),
        ),
        (
            panic_of(|| SessionLength::from_minutes(u32::MAX)),
            lengths.to_owned(),
        ),
        (
            panic_of(|| SessionLength::from_hours(169)),
            lengths.to_owned(),
        ),
        (panic_of(|| SessionLength::from_days(8)), lengths.to_owned()),
        (
            panic_of(|| SessionLength::from_weeks(2)),
            lengths.to_owned(),
        ),
    ];
    let _ = panic::take_hook();
    for (panic, expected) in panics {
        let (place, message) = panic.split_once('\n').unwrap();
        assert_eq!(message, expected);
        assert!(place.contains("tests/literals.rs:"), "{panic}");
    }
}
