//! The rules that are on or off, one by one.

use crate::builder::VaultBuilder;

impl VaultBuilder {
    /// Whether `allow_actions` and `unified_apis` may name what does not exist. Default: no.
    pub fn unknown_names(mut self, accepted: bool) -> Self {
        self.settings.rules.unknown_names = accepted;
        self
    }

    /// Whether a body of `null` counts as none. Default: no, it is refused.
    pub fn null_body(mut self, accepted: bool) -> Self {
        self.settings.rules.null_body = accepted;
        self
    }

    /// Whether a body may begin with a byte order mark of UTF-8, which is then ignored (RFC 8259 §8.1).
    /// Default: no, it is refused.
    pub fn byte_order_mark(mut self, accepted: bool) -> Self {
        self.settings.rules.byte_order_mark = accepted;
        self
    }

    /// Whether a body may be of any media type, or of none. Default: no, it must be JSON.
    pub fn any_content_type(mut self, accepted: bool) -> Self {
        self.settings.rules.any_content_type = accepted;
        self
    }

    /// Whether a session token is accepted without `X-APIDECK-AUTH-TYPE: JWT`. Default: no.
    pub fn bare_tokens(mut self, accepted: bool) -> Self {
        self.settings.rules.bare_tokens = accepted;
        self
    }

    /// Whether ID headers that contradict a session token are ignored. Default: no, the request is
    /// refused. The token's own IDs count in any case.
    pub fn foreign_ids(mut self, ignored: bool) -> Self {
        self.settings.rules.foreign_ids = ignored;
        self
    }

    /// Whether the claims have `scopes` and `data_scopes`, which real tokens are seen to have. Default:
    /// yes.
    pub fn scope_claims(mut self, present: bool) -> Self {
        self.settings.rules.scope_claims = present;
        self
    }

    /// Whether a path of the API answers methods that it does not have with 404, as if it were unknown.
    /// Default: no, it answers with 405.
    pub fn concealed_methods(mut self, concealed: bool) -> Self {
        self.settings.rules.concealed_methods = concealed;
        self
    }
}
