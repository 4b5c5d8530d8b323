/// How a consumer proves to a service who they are (`auth_type`, with `oauth_grant_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// OAuth 2.0 (`oauth2`), with this grant.
    OAuth2(GrantType),
    /// A key in the connection's settings (`apiKey`).
    ApiKey,
    /// A user name and a password in the connection's settings (`basic`).
    Basic,
    /// Whatever the connection's settings ask for (`custom`).
    Custom,
    /// Nothing (`none`).
    None,
}

/// The OAuth grant that a service uses (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantType {
    /// The consumer agrees in the browser (`authorization_code`).
    AuthorizationCode,
    /// The settings hold a client's ID and secret (`client_credentials`).
    ClientCredentials,
    /// The settings hold a user name and a password (`password`).
    Password,
}

impl Auth {
    /// The `auth_type` on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OAuth2(_) => "oauth2",
            Self::ApiKey => "apiKey",
            Self::Basic => "basic",
            Self::Custom => "custom",
            Self::None => "none",
        }
    }

    /// The OAuth grant, where there is one.
    #[must_use]
    pub fn grant_type(self) -> Option<GrantType> {
        match self {
            Self::OAuth2(grant) => Some(grant),
            _ => None,
        }
    }
}

impl GrantType {
    /// The `oauth_grant_type` on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
        }
    }
}
