use std::str::FromStr;

use http::request::Parts;

use crate::connections::ConnectionId;

/// What a request wants to see of a session, as its query says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct View {
    pub(super) kind: ViewKind,
    /// The connection that is looked at, or acted on.
    pub(super) connection: Option<ConnectionId>,
    /// What names of connections are searched for.
    pub(super) search: String,
    /// What has just been done.
    pub(super) done: Option<String>,
    /// What went wrong with it elsewhere.
    pub(super) error: Option<String>,
    pub(super) corner_open: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum ViewKind {
    #[default]
    Page,
    Suggestions,
    Logs,
    Stylesheet,
    Icon,
    Clock,
    Journal,
}

/// A query that names nothing that the page has.
#[derive(Debug, PartialEq)]
pub(super) struct NoSuchView;

impl View {
    pub(super) fn of(parts: &Parts) -> Result<Self, NoSuchView> {
        let mut view = Self::default();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "view" => view.kind = value.parse()?,
                "connection" => {
                    view.connection = Some(value.parse().map_err(|_| NoSuchView)?);
                }
                "q" => view.search = value.trim().chars().take(100).collect(),
                "done" => view.done = Some(value.into_owned()),
                // Of the OAuth round trip, which ends here also when it fails.
                "error_message" => view.error = Some(value.into_owned()),
                "corner" => view.corner_open = true,
                // A link may come with parameters of whoever sent it.
                _ => {}
            }
        }
        Ok(view)
    }
}

impl ViewKind {
    /// What the page fetches by itself, as opposed to what a person asks for.
    pub(super) fn is_background(self) -> bool {
        matches!(
            self,
            Self::Stylesheet | Self::Icon | Self::Clock | Self::Journal
        )
    }
}

impl FromStr for ViewKind {
    type Err = NoSuchView;

    fn from_str(name: &str) -> Result<Self, NoSuchView> {
        Ok(match name {
            "suggestions" => Self::Suggestions,
            "logs" => Self::Logs,
            "theme.css" => Self::Stylesheet,
            "icon.svg" => Self::Icon,
            "clock" => Self::Clock,
            "journal" => Self::Journal,
            _ => return Err(NoSuchView),
        })
    }
}
