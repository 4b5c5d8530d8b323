use http::StatusCode;

use crate::{argument::RuleArgument, builder::VaultBuilder, rules::named};

/// How strictly the body of `POST /vault/sessions`, and the query of every documented call, are
/// checked. Text: `strict`, `lenient`, `off`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validation {
    /// As the API's document says: unknown members of the session and of its settings are refused
    /// (`additionalProperties: false`), and so are parameters of a query that are given twice or have
    /// no value of their type, such as `configured=null`.
    #[default]
    Strict,
    /// Unknown members are accepted and copied into the claims like everything else; known members
    /// must still be valid.
    Lenient,
    /// Any JSON object is accepted and copied into the claims. A session length that cannot be read
    /// counts as absent: an hour.
    Off,
}

/// Which texts are valid session lengths. Text: `strict`, `ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionLengthDialect {
    /// An integer and one of `s`, `m`, `h`, `d`, `w`, from one second to a week. Every text that is
    /// known to work has this form.
    #[default]
    Strict,
    /// Whatever the npm package `ms` accepts, which the service may use: also `1.5h`, `2 days`, and
    /// bare numbers, which are **milliseconds**. With a zero or negative length, the token has already
    /// expired when it is issued. More than a week is refused here, too.
    Ms,
}

/// The status of the answer to a body that is JSON but breaks the API's document. Text: `400`, `422`.
///
/// The service's document lists 400 and 422 for every call, and does not say which it is.
// Exhaustive on purpose: the service's document lists no third status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaFault {
    /// 400, as the description of `RequestValidationError` suggests.
    #[default]
    BadRequest,
    /// 422.
    UnprocessableContent,
}

named!(Validation, "validation", "strict, lenient or off", {
    Strict: "strict", Lenient: "lenient", Off: "off"
});

named!(SchemaFault, "status of a schema fault", "400 or 422", {
    BadRequest: "400", UnprocessableContent: "422"
});

named!(SessionLengthDialect, "dialect of session lengths", "strict or ms", {
    Strict: "strict", Ms: "ms"
});

impl SchemaFault {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::UnprocessableContent => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl VaultBuilder {
    /// How strictly the body of `POST /vault/sessions` is checked. Default: as the API's document says.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use vault_mock::{Validation, Vault};
    ///
    /// let status = |validation| {
    ///     let vault = Vault::builder().validation(validation).build();
    ///     let request = Request::post("/vault/sessions")
    ///         .header("authorization", format!("Bearer {}", vault.api_key().expose_secret()))
    ///         .header("x-apideck-app-id", "app")
    ///         .header("x-apideck-consumer-id", "consumer")
    ///         .header("content-type", "application/json")
    ///         .body(Bytes::from_static(br#"{"settings":{"show_everything":true}}"#))
    ///         .unwrap();
    ///     vault.handle(request).status().as_u16()
    /// };
    /// assert_eq!(status(Validation::Strict), 400);
    /// assert_eq!(status(Validation::Lenient), 200);
    /// ```
    pub fn validation(mut self, validation: impl RuleArgument<Validation>) -> Self {
        self.settings.rules.validation = validation.into();
        self
    }

    /// Which texts are valid session lengths. Default: an integer and a unit.
    pub fn session_length_dialect(
        mut self,
        dialect: impl RuleArgument<SessionLengthDialect>,
    ) -> Self {
        self.settings.rules.session_length_dialect = dialect.into();
        self
    }

    /// The status of the answer to a body that breaks the API's document. Default: 400.
    pub fn schema_fault(mut self, fault: impl RuleArgument<SchemaFault>) -> Self {
        self.settings.rules.schema_fault = fault.into();
        self
    }
}
