use std::{error::Error, fmt, fmt::Write, panic::Location, thread};

use super::{condition::ConditionMismatch, expectation::Terms};
use crate::{
    base::NOWHERE,
    journal::{Journal, Outcome, Recorded, masked_id, masked_json},
};

/// Matches that are listed in a failure text; the rest is counted.
const LISTED: usize = 5;

/// Lines of claims or of one difference that are shown.
const LINES: usize = 40;

/// An expectation that is not met. `Display` says what was expected, what came nearest, and how it
/// differs.
#[derive(Clone, PartialEq, Eq)]
pub struct UnmetError(pub(super) String);

impl UnmetError {
    pub(super) fn new(journal: &Journal, terms: &Terms, found: &[Recorded]) -> Self {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = explain(&mut text, journal, terms, found);
        Self(text.trim_end().to_owned())
    }

    pub(crate) fn all(failures: Vec<Self>) -> Option<Self> {
        let texts: Vec<_> = failures.into_iter().map(|failure| failure.0).collect();
        (!texts.is_empty()).then(|| Self(texts.join("\n\n")))
    }

    /// Begins with the line that expects it, if that is known.
    pub(crate) fn expected_at(self, line: Option<&Location<'_>>) -> Self {
        match line {
            Some(line) => Self(format!("{line}\n{self}")),
            None => self,
        }
    }
}

impl fmt::Display for UnmetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for UnmetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for UnmetError {}

/// Panics with the failure; a thread that is already panicking only prints it.
#[track_caller]
pub(crate) fn report(unmet: Option<UnmetError>, caller: &Location<'_>) {
    let Some(unmet) = unmet else { return };
    if thread::panicking() {
        eprintln!("{caller}\n{unmet}");
    } else {
        panic!("{caller}\n{unmet}");
    }
}

/// As [`report`], at the line of the caller of a function that blocks: the panic itself names it.
#[track_caller]
pub(super) fn report_here(unmet: Option<UnmetError>) {
    let Some(unmet) = unmet else { return };
    if thread::panicking() {
        eprintln!("{}\n{unmet}", Location::caller());
    } else {
        panic!("{unmet}");
    }
}

fn explain(text: &mut String, journal: &Journal, terms: &Terms, found: &[Recorded]) -> fmt::Result {
    let (name, times, count) = (terms.name(), terms.times, found.len());
    writeln!(text, "{name}: expected {times}, found {count}")?;
    for condition in terms.matching.conditions() {
        writeln!(text, "  {condition}")?;
    }
    if let Some(why) = terms.never_seen(journal) {
        writeln!(text, "{why}")?;
    }
    if journal.dropped() > 0 {
        let dropped = journal.dropped();
        let requests = if dropped == 1 { "request" } else { "requests" };
        writeln!(
            text,
            "the journal has dropped {dropped} {requests}, so the count is not certain: raise \
             `journal_capacity`, or clear the journal before the part that counts"
        )?;
    }
    if journal.in_flight() > 0 {
        let in_flight = journal.in_flight();
        writeln!(text, "requests that are still in flight: {in_flight}")?;
    }
    if found.len() < terms.times.least {
        nearest(text, journal, terms)
    } else if found.is_empty() {
        Ok(())
    } else {
        list(text, found)
    }
}

fn list(text: &mut String, found: &[Recorded]) -> fmt::Result {
    writeln!(text, "found:")?;
    let lines: Vec<_> = found
        .iter()
        .take(LISTED)
        .map(Recorded::unnumbered)
        .collect();
    for (recorded, line) in found.iter().zip(&lines) {
        write!(text, "  {recorded}")?;
        // What tells apart two lines that read the same.
        if lines.iter().filter(|other| *other == line).count() > 1 {
            let consumer = recorded
                .consumer_id()
                .map_or("no consumer".into(), masked_id);
            let at = humantime::format_rfc3339(recorded.at());
            write!(text, " ({consumer}, {at})")?;
        }
        writeln!(text)?;
    }
    match found.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(text, "  and {more} more"),
    }
}

/// Shows the request, not counted yet, that differs in the fewest places; the latest of them.
fn nearest(text: &mut String, journal: &Journal, terms: &Terms) -> fmt::Result {
    let requests = journal.requests();
    let compared = requests
        .iter()
        .map(|one| (one, terms.matching.mismatches(one)));
    let others = compared.filter(|(_, mismatches)| !mismatches.is_empty());
    let Some((recorded, mismatches)) = others.rev().min_by_key(|(_, found)| found.len()) else {
        return nothing(text, journal);
    };
    match requests.len() {
        1 => writeln!(text, "the one request that arrived:")?,
        count => writeln!(text, "the nearest of {count} requests:")?,
    }
    writeln!(text, "  {recorded}")?;
    for ConditionMismatch { place, diff } in mismatches {
        writeln!(text, "  {place} differs (- expected, + found):")?;
        indent(text, &diff)?;
    }
    if let Some(claims) = claims(recorded) {
        writeln!(text, "  the claims of its token, not verified:")?;
        indent(text, &claims)?;
    }
    Ok(())
}

/// Says why there is nothing to compare with, and where a request would have had to go.
fn nothing(text: &mut String, journal: &Journal) -> fmt::Result {
    match (journal.dropped(), journal.len()) {
        (0, 0) if journal.address() == NOWHERE => writeln!(
            text,
            "no request has arrived; the mock has no address: requests come by `create_session`, \
             `handle`, `service` or `connector`"
        ),
        (0, 0) => writeln!(
            text,
            "no request has arrived; the mock listens at {}",
            journal.address()
        ),
        (0, _) => writeln!(text, "no other request has arrived"),
        (dropped, _) => writeln!(
            text,
            "no other request is left in the journal, which has dropped {dropped}"
        ),
    }
}

/// Of the token that was issued, or else of the one that the request came with.
fn claims(recorded: &Recorded) -> Option<String> {
    let claims = match recorded.outcome() {
        Outcome::SessionCreated(claims) => *claims,
        _ => recorded.bearer_claims()?,
    };
    let claims = serde_json::to_value(claims).ok()?;
    Some(format!("{:#}", masked_json(claims)))
}

fn indent(text: &mut String, block: &str) -> fmt::Result {
    for line in block.lines().take(LINES) {
        writeln!(text, "    {line}")?;
    }
    match block.lines().count().saturating_sub(LINES) {
        0 => Ok(()),
        more => writeln!(text, "    … {more} more lines"),
    }
}
