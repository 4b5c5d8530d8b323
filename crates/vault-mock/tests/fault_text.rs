//! The notation of faults: it reads back what it writes, and says where a text is wrong.

use std::time::Duration;

use vault_mock::fault::{Delay, Effect, Fault, Script, fail, ok};

#[test]
fn every_fault_prints_to_what_it_is_read_from() {
    let texts = [
        "ok",
        "status=503",
        "status=429; retry-after=30",
        "status=503; retry-after-date=30; body=short",
        "status=400; body=\"a; b, \\\"c\\\"\\n\"; delay=1m30s",
        "html",
        "html=502",
        "invalid-json",
        "wrong-shape",
        "content-type=text/plain",
        "content-type=\"text/plain; charset=utf-8\"",
        "token=expired",
        "token=future",
        "close=before-headers",
        "close=in-headers",
        "close=after-headers",
        "reset",
        "reset=in-body",
        "truncated-body",
        "content-length=long",
        "content-length=short",
        "bad-chunk",
        "garbage",
        "oversized-headers",
        "drip=10ms",
        "hang",
        "delay=250ms",
        "reset; delay=100ms..300ms",
        "delay=1m; by=clock",
        "drip=10ms; by=clock",
        "status=503; delay=1m..2m; by=clock",
    ];
    for text in texts {
        let fault: Fault = text.parse().unwrap();
        assert_eq!(fault.to_string(), text);
        assert_eq!(format!("{fault:?}"), format!("Fault({text})"));
    }
}

#[test]
fn white_space_and_the_order_of_terms_do_not_matter() {
    let fault: Fault = " retry-after = 30 ;delay= 1s ; status =429"
        .parse()
        .unwrap();
    let second = Duration::from_secs(1);
    assert_eq!(fault, Fault::status(429).retry_after(30).delayed(second));
    assert_eq!("reset=before-headers".parse(), Ok(Fault::reset()));
    assert_eq!("ok".parse(), Ok(Fault::from(Effect::Nothing)));
}

#[test]
fn a_script_reads_back_what_it_writes() {
    let script = fail(503).times(2).then(ok()).then(Fault::hang().forever());
    let text = "status=503; times=2, ok, hang; times=forever";
    assert_eq!(script.to_string(), text);
    assert_eq!(text.parse(), Ok(script.clone()));
    let seen: Vec<_> = (0..6).map(|attempt| script.fault_at(attempt)).collect();
    let (failing, fine, hanging) = (Fault::status(503), Effect::Nothing.into(), Fault::hang());
    let (failing, fine, hanging) = (Some(&failing), Some(&fine), Some(&hanging));
    assert_eq!(seen, [None, failing, failing, fine, hanging, hanging]);
    assert_eq!(fail(500).times(0).then(ok()).fault_at(1), fine);
}

#[test]
fn an_error_says_where_and_why() {
    let cases = [
        ("", 0, "it is empty; known are: ok, status"),
        ("=503", 0, "a name is missing before the `=`"),
        ("rest", 0, "`rest` is not a fault; known are: ok, status"),
        ("status", 0, "`status` needs a value: status=…"),
        (
            "status=99",
            0,
            "a status is a number from 200 to 599, not `99`",
        ),
        (
            "status=100",
            0,
            "a status is a number from 200 to 599, not `100`",
        ),
        (
            "status=503 times=2",
            0,
            "a status is a number from 200 to 599, not `503 times=2`; separate options with `;`",
        ),
        (
            "status=503; retry-after=1 body=a",
            12,
            "a number of seconds is asked for, such as 30; separate options with `;`",
        ),
        ("hang=1", 0, "`hang` takes no value"),
        (
            "reset; delay=soon",
            7,
            "`soon` is not a duration such as 250ms or 1m30s",
        ),
        ("delay=2s..1s", 0, "the first bound is the longer one"),
        ("close=late", 0, "`close` is one of: before-headers"),
        (
            "status=503; hang",
            12,
            "`hang` is one too many: a fault does one thing",
        ),
        (
            "status=503; rest",
            12,
            "`rest` is not an option; did you mean `reset`?",
        ),
        (
            "status=503; bdy=a",
            12,
            "`bdy` is not an option; did you mean `body`?",
        ),
        (
            "status=503; times=2",
            12,
            "`times` belongs to a script, once in each step",
        ),
        (
            "status=503; weight=2",
            12,
            "`weight` belongs to a plan, once in each choice",
        ),
        ("status=503;; ok", 11, "nothing stands between the two `;`"),
        ("status=503; , ok", 12, "nothing stands between `;` and `,`"),
        ("status=503; ", 12, "nothing follows the `;`"),
        (" ;status=503", 1, "nothing stands before the `;`"),
        (
            "hang; retry-after=1",
            6,
            "`retry-after` belongs to `status`",
        ),
        ("status=429; retry-after=soon", 12, "a number of seconds"),
        (
            "status=429; retry-after=1; retry-after-date=1",
            27,
            "already given",
        ),
        (
            "status=429; body=\"open",
            17,
            "a quoted value is a JSON string",
        ),
        ("status=429; body=\"a\" b", 21, "after a quoted value comes"),
        ("status=429; status=430", 12, "`status` is one too many"),
        ("reset; delay=1s; delay=1s", 17, "`delay` is already given"),
        ("hang, ok", 4, "a single fault has no comma"),
    ];
    for (text, position, problem) in cases {
        let error = text.parse::<Fault>().unwrap_err();
        let shown = error.to_string();
        assert_eq!(error.position(), position, "{text}: {shown}");
        assert!(shown.contains(problem), "{text}: {shown}");
    }
    let error = "ok, reset; times=often".parse::<Script>().unwrap_err();
    assert_eq!(error.position(), 11, "{error}");
    let error = "status=503; tmes=2".parse::<Script>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid fault at byte 12: `tmes` is not an option; did you mean `times`?"
    );
}

#[test]
fn a_delay_stays_in_its_bounds() {
    let delay = Delay::between(Duration::from_millis(300), Duration::from_millis(100));
    assert_eq!(delay.to_string(), "100ms..300ms");
    assert_eq!(delay.bounds().1, Duration::from_millis(300));
}

#[test]
#[should_panic(expected = "99 is not a status that can be injected; use 200 to 599")]
fn a_status_that_no_answer_has_is_refused() {
    let _ = fail(99);
}

#[test]
#[should_panic(expected = "100 is not a status that can be injected; use 200 to 599")]
fn an_interim_status_ends_no_exchange() {
    let _ = Fault::status(100);
}
