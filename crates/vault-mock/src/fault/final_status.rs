use http::StatusCode;

/// The status of an answer that ends an exchange: from 200 to 599 (RFC 9110 §15).
///
/// 100 to 199 are interim: a client goes on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalStatus(StatusCode);

impl FinalStatus {
    /// 200.
    pub const OK: Self = Self(StatusCode::OK);

    /// Takes a status from 200 to 599; `None` for any other.
    #[must_use]
    pub fn new(status: u16) -> Option<Self> {
        let code = StatusCode::from_u16(status).ok()?;
        (200..=599).contains(&status).then_some(Self(code))
    }

    /// The status as `http` has it.
    #[must_use]
    pub fn code(self) -> StatusCode {
        self.0
    }
}
