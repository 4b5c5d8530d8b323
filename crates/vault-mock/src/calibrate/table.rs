use std::fmt;

use super::report::{Report, Row};

const HEAD: [&str; 4] = ["question", "the service", "the mock by default", "setting"];

/// Characters of the widest cell; what is longer goes on over it.
const WIDEST: usize = 44;

/// Writes a report as a table, and below it what concerns all of it.
pub(super) fn write(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let rows: Vec<_> = report.rows().iter().map(|row| cells(report, row)).collect();
    let head = HEAD.map(str::to_owned);
    let widths: [usize; 4] = std::array::from_fn(|column| {
        let cells = rows
            .iter()
            .chain([&head])
            .map(|row| row[column].chars().count());
        cells.max().unwrap_or_default().min(WIDEST)
    });
    line(&head, widths, out)?;
    line(&widths.map(|width| "-".repeat(width)), widths, out)?;
    for row in &rows {
        line(row, widths, out)?;
    }
    notes(report, out)
}

fn line(cells: &[String; 4], widths: [usize; 4], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let padded = cells.iter().zip(widths);
    let padded = padded.map(|(cell, width)| format!("{cell:width$}"));
    writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())
}

fn cells(report: &Report, row: &Row) -> [String; 4] {
    let setting = match &row.not_asked {
        Some(why) => why.clone(),
        None if row.differs() => "no setting: the mock differs".to_owned(),
        None => {
            let needed = report.settings().iter();
            let needed = needed.filter(|found| row.settings.contains(&found.name));
            let needed = needed.map(|found| format!("{} = {}", found.name, found.value));
            needed.collect::<Vec<_>>().join(", ")
        }
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let is_same = row.service.is_some() && row.service == row.mock_by_default;
    let mock = if is_same {
        "the same".to_owned()
    } else {
        text(&row.mock_by_default)
    };
    [row.question.clone(), text(&row.service), mock, setting]
}

fn notes(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(out)?;
    // A second comes from the time that the answer took.
    if let Some(offset) = report
        .clock_offset_seconds()
        .filter(|offset| offset.abs() > 1)
    {
        let direction = if offset > 0 { "ahead of" } else { "behind" };
        let seconds = offset.unsigned_abs();
        writeln!(
            out,
            "the service's clock is {seconds} s {direction} this machine's"
        )?;
    }
    if let Some(why) = report.stopped() {
        writeln!(out, "not everything was asked: {why}")?;
    }
    let asked = report
        .rows()
        .iter()
        .filter(|row| row.service.is_some())
        .count();
    let differ = report.rows().iter().filter(|row| row.differs()).count();
    match (asked, report.settings().len(), differ) {
        (0, ..) => write!(out, "nothing was answered"),
        (_, 0, 0) => write!(out, "the mock answers like the service as it is"),
        (_, settings, 0) => {
            let s = if settings == 1 { "" } else { "s" };
            write!(
                out,
                "with {settings} setting{s} the mock answers like the service"
            )
        }
        (_, _, differ) => write!(out, "the mock differs in {differ} of {asked} questions"),
    }
}
