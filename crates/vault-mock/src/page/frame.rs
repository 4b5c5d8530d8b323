use std::time::Duration;

use super::{
    answer::Policy,
    corner::Corner,
    link::{Link, image},
    route::Visit,
    session::PageSession,
    theme::initials,
    view::ViewKind,
};
use crate::builder::VaultBuilder;

/// What surrounds the content of every page of a session.
pub(super) struct Frame<'a> {
    pub(super) brand: Brand<'a>,
    pub(super) sandbox: bool,
    pub(super) shows_sidebar: bool,
    pub(super) consumer: Option<Consumer<'a>>,
    pub(super) navigation: Vec<Item>,
    pub(super) privacy: Option<String>,
    pub(super) terms: Option<String>,
    pub(super) return_to: Option<String>,
    pub(super) remaining: String,
    pub(super) ends_at: String,
    pub(super) toast: Option<Toast>,
    pub(super) corner: Option<Corner>,
}

/// The Vault's name and how it is shown.
pub(super) struct Brand<'a> {
    pub(super) name: &'a str,
    pub(super) initials: String,
    pub(super) logo: Option<&'a str>,
    pub(super) favicon: &'a str,
}

/// What has just happened, in a sentence.
pub(super) enum Toast {
    Done(String),
    Failed(String),
}

/// The card of the consumer.
pub(super) struct Consumer<'a> {
    pub(super) name: &'a str,
    pub(super) lines: Vec<&'a str>,
    pub(super) initials: String,
    pub(super) image: Option<&'a str>,
}

/// A link to another page of the Vault.
pub(super) struct Item {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    pub(super) current: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn of(visit: &'a Visit<'_>, toast: Option<Toast>) -> Self {
        let session = visit.session();
        let link = |name| {
            session
                .link("theme", name)
                .map(|link| link.as_str().to_owned())
        };
        Self {
            brand: Brand::of(session, visit.has_external_images()),
            sandbox: session.is_sandbox(),
            shows_sidebar: session.shows_sidebar(),
            consumer: Consumer::of(session, visit.has_external_images()),
            navigation: navigation(session, visit.view.kind),
            privacy: link("privacy_url"),
            terms: link("terms_url"),
            return_to: session.redirect_uri().map(|link| link.as_str().to_owned()),
            remaining: remaining(session.claims().remaining(visit.now)),
            ends_at: httpdate::fmt_http_date(session.claims().expires_at()),
            toast,
            corner: visit.has_corner().then(|| Corner::of(visit)),
        }
    }
}

impl Toast {
    pub(super) fn text(&self) -> &str {
        let (Self::Done(text) | Self::Failed(text)) = self;
        text
    }

    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Done(_) => "toast",
            Self::Failed(_) => "toast bad",
        }
    }
}

impl<'a> Brand<'a> {
    pub(super) fn of(session: PageSession<'a>, external_images: bool) -> Self {
        let shown = |name| image(session.text("theme", name)?, external_images);
        Self {
            name: session.vault_name(),
            initials: initials(session.vault_name()),
            logo: shown("logo"),
            favicon: shown("favicon").unwrap_or("?view=icon.svg"),
        }
    }

    /// The title of the real page is the Vault's name and the word.
    pub(super) fn title(&self) -> String {
        if self.name == "Vault" {
            self.name.to_owned()
        } else {
            format!("{} Vault", self.name)
        }
    }
}

impl<'a> Consumer<'a> {
    /// `None` if the session hides the card, or says nothing about the consumer.
    fn of(session: PageSession<'a>, external_images: bool) -> Option<Self> {
        let text = |name| session.text("consumer_metadata", name);
        let mut lines = ["account_name", "user_name", "email"]
            .into_iter()
            .filter_map(text);
        if session.hides_consumer() {
            return None;
        }
        let name = lines.next()?;
        Some(Self {
            name,
            initials: initials(name),
            lines: lines.collect(),
            image: text("image").and_then(|url| image(url, external_images)),
        })
    }
}

/// What the page may load and where its forms may lead, beside the mock itself.
pub(super) fn policy(visit: &Visit<'_>) -> Policy {
    let session = visit.session();
    let named = [
        ("theme", "logo"),
        ("theme", "favicon"),
        ("consumer_metadata", "image"),
    ];
    let mut images = Vec::new();
    if visit.has_external_images() {
        let links = named.into_iter();
        let links = links.filter_map(|(object, name)| session.link(object, name));
        images.extend(links.filter_map(|link| link.source()));
    }
    // The OAuth round trip goes by these addresses, which need not be the one that is visited.
    let bases = [
        visit.vault.public_base_for(&visit.head.parts),
        visit.vault.api_base_for(&visit.head.parts),
    ];
    let bases = bases.iter().filter_map(|base| Link::new(base));
    Policy {
        images,
        forms: bases.filter_map(|link| link.source()).collect(),
    }
}

fn navigation(session: PageSession<'_>, current: ViewKind) -> Vec<Item> {
    let items = [
        (ViewKind::Page, "?", "Integrations", !session.is_isolated()),
        (
            ViewKind::Suggestions,
            "?view=suggestions",
            "Suggestions",
            session.shows_suggestions(),
        ),
        (ViewKind::Logs, "?view=logs", "Logs", session.shows_logs()),
    ];
    let shown = items.into_iter().filter(|(.., shown)| *shown);
    shown
        .map(|(kind, href, label, _)| Item {
            href,
            label,
            current: kind == current,
        })
        .collect()
}

/// What is left, as `6 d 23:59:59`, `1:00:00` or `29:59`; a part of a second counts as one, so that
/// zero is the end.
pub(super) fn remaining(left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days} d {hours}:{minutes:02}:{seconds:02}"),
    }
}

impl VaultBuilder {
    /// Whether the Hosted Vault page loads the logo, the icons and the picture that a session names
    /// by URL; by default it loads nothing from elsewhere and shows initials.
    ///
    /// A `data:` URL is always shown. Needs the feature `page`.
    pub fn external_images(mut self, loaded: bool) -> Self {
        self.settings.rules.external_images = loaded;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_to_zero() {
        for (milliseconds, text) in [
            (604_800_000, "7 d 0:00:00"),
            (3_600_000, "1:00:00"),
            (3_599_001, "1:00:00"),
            (3_599_000, "59:59"),
            (1, "0:01"),
            (0, "0:00"),
        ] {
            assert_eq!(remaining(Duration::from_millis(milliseconds)), text);
        }
    }
}
