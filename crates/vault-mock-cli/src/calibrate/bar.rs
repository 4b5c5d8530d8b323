use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};
use vault_mock::calibrate::Progress;

use crate::output::tell;

/// Shows on standard error how far the questions are: a bar on a terminal, else a line for each.
pub(super) struct Bar {
    drawn: Option<ProgressBar>,
    expected: usize,
    last: Option<&'static str>,
}

impl Bar {
    pub(super) fn new(expected: usize) -> Self {
        let drawn = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(expected as u64);
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
            // The template is ours; should it be wrong, the default is a bar, too.
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self {
            drawn,
            expected,
            last: None,
        }
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        let name = progress.question.name();
        if let Some(bar) = &self.drawn {
            // What has to be asked again takes longer than expected.
            bar.set_length(self.expected.max(progress.requests + 1) as u64);
            bar.set_position(progress.requests as u64);
            bar.set_message(name);
        } else if self.last != Some(name) {
            let (sent, expected) = (progress.requests, self.expected);
            tell(&format!("{sent}/{expected} {name}"));
        }
        self.last = Some(name);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}
