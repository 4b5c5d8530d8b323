use http::Uri;
use vault_sessions::Url;

/// An address that a browser may be sent to: `http` or `https`, never `javascript:` or the like.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link(Url);

impl Link {
    pub(super) fn new(text: &str) -> Option<Self> {
        let (scheme, _) = text.split_once(':')?;
        let is_web = ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web));
        Some(Self(is_web.then(|| Url::new(text.to_owned()).ok())??))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The origin as a source for a content security policy, if it can be written as one: a name
    /// could otherwise smuggle in a directive of its own.
    pub(super) fn source(&self) -> Option<String> {
        let uri: Uri = self.as_str().split('#').next()?.parse().ok()?;
        let authority = uri.authority()?;
        let mut source = format!("{}://{}", uri.scheme_str()?, authority.host());
        if let Some(port) = authority.port() {
            source = format!("{source}:{port}");
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:/[]".contains(&byte);
        source.bytes().all(is_plain).then_some(source)
    }
}

/// An image that the page may show, or `None` if it would have to be loaded from elsewhere.
pub(super) fn image(url: &str, external: bool) -> Option<&str> {
    let is_inline = url.starts_with("data:image/") && Url::new(url.to_owned()).is_ok();
    (is_inline || (external && Link::new(url).is_some())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_linked() {
        for good in ["https://a.example/x?y#z", "HTTP://a.example"] {
            assert!(Link::new(good).is_some(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp://x",
            "//a.example",
            "/x",
            "https:",
            "https://a b",
            " https://a",
            "",
        ] {
            assert!(Link::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_source_is_an_origin_and_nothing_more() {
        let source = |link| Link::new(link).unwrap().source();
        assert_eq!(
            source("https://user:password@a.example:8443/x?y#z").as_deref(),
            Some("https://a.example:8443")
        );
        assert_eq!(
            source("http://[::1]:80/").as_deref(),
            Some("http://[::1]:80")
        );
        assert_eq!(source("https://a;script-src/"), None);
    }

    #[test]
    fn images_are_inline_unless_let_in() {
        assert!(image("data:image/png;base64,AAAA", false).is_some());
        assert!(image("data:text/html,x", true).is_none());
        assert!(image("https://a.example/logo.svg", false).is_none());
        assert!(image("https://a.example/logo.svg", true).is_some());
        assert!(image("javascript:alert(1)", true).is_none());
    }
}
