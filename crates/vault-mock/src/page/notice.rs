use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::WWW_AUTHENTICATE};
use vault_sessions::Action;

use super::{
    answer::{self, Policy},
    frame::Brand,
    session::PageSession,
};

/// A page that says why there is no other.
#[derive(Template)]
#[template(path = "notice.html", whitespace = "minimize")]
struct Page<'a> {
    brand: Brand<'a>,
    stylesheet: &'static str,
    heading: &'static str,
    text: String,
    return_to: Option<String>,
    back: Option<&'static str>,
}

/// Why the page is not shown, or a step not taken.
#[derive(Debug)]
pub(super) enum Notice {
    Invalid,
    Expired,
    NotAllowed(Action),
    OtherOrigin,
    NoSuchPage,
    NoSuchAction,
    Unfitting(String),
    Method,
}

impl Notice {
    /// The page, in the session's looks where the token proves that there is one.
    pub(super) fn respond(
        &self,
        session: Option<PageSession<'_>>,
        external_images: bool,
    ) -> Response<Bytes> {
        let (status, heading) = self.status_and_heading();
        let is_over = matches!(self, Self::Expired | Self::Invalid);
        let link = session.and_then(PageSession::redirect_uri);
        let logo = session.and_then(|session| session.link("theme", "logo"));
        let page = Page {
            brand: session.map_or_else(Brand::unknown, |session| {
                Brand::of(session, external_images)
            }),
            stylesheet: if session.is_some() {
                "?view=theme.css"
            } else {
                "assets/theme.css"
            },
            heading,
            text: self.text(),
            return_to: link
                .filter(|_| is_over)
                .map(|link| link.as_str().to_owned()),
            back: (!is_over).then_some("?"),
        };
        let policy = Policy {
            images: logo
                .filter(|_| external_images)
                .and_then(|link| link.source())
                .into_iter()
                .collect(),
            ..Policy::default()
        };
        let mut response = answer::page(status, &page, &policy);
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        if matches!(self, Self::Invalid) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    fn status_and_heading(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid => (StatusCode::UNAUTHORIZED, "This session is invalid"),
            Self::Expired => (StatusCode::GONE, "Your session has expired"),
            Self::NotAllowed(_) => (StatusCode::FORBIDDEN, "This action is not allowed"),
            Self::OtherOrigin => (StatusCode::FORBIDDEN, "This came from another site"),
            Self::NoSuchPage => (StatusCode::NOT_FOUND, "There is no such page"),
            Self::NoSuchAction => (StatusCode::BAD_REQUEST, "There is no such action"),
            Self::Unfitting(_) => (StatusCode::CONFLICT, "This is not possible now"),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This method is not supported",
            ),
        }
    }

    fn text(&self) -> String {
        let text = match self {
            Self::Invalid => {
                "The link is incomplete, or it was not made here. Open the settings of your \
                 application to get a new one."
            }
            Self::Expired => {
                "For your safety a session ends after a while. Start a new one from your application."
            }
            Self::NotAllowed(action) => {
                return format!("The application does not allow “{action}” in this session.");
            }
            Self::OtherOrigin => "Only the page itself can change your connections.",
            Self::NoSuchPage => "It is not part of this session.",
            Self::NoSuchAction => "Nothing has changed.",
            Self::Unfitting(why) => return why.clone(),
            Self::Method => "A page is read with GET and changed with POST.",
        };
        text.to_owned()
    }
}

impl Brand<'_> {
    fn unknown() -> Self {
        Self {
            name: "Vault",
            initials: "V".to_owned(),
            logo: None,
            favicon: "assets/icon.svg",
        }
    }
}
