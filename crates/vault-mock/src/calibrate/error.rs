use std::{error::Error, fmt};

/// Why a service could not be asked at all.
#[derive(Clone, PartialEq, Eq)]
pub struct CalibrationError(pub(super) CalibrationProblem);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum CalibrationProblem {
    Unauthorized(String),
    Redirect(Option<String>),
    NoAnswer(String),
    Stopped(String),
}

impl CalibrationError {
    /// Whether the key was refused.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.0, CalibrationProblem::Unauthorized(_))
    }

    /// Whether nothing answered.
    #[must_use]
    pub fn is_no_answer(&self) -> bool {
        matches!(self.0, CalibrationProblem::NoAnswer(_))
    }
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            CalibrationProblem::Unauthorized(observed) => write!(
                formatter,
                "the service refuses the API key ({observed}): check the key, and that it belongs to the \
                 app ID"
            ),
            CalibrationProblem::Redirect(Some(to)) => write!(
                formatter,
                "the service redirects to {to}, and redirects are not followed: check the base URI"
            ),
            CalibrationProblem::Redirect(None) => formatter.write_str(
                "the service redirects, and redirects are not followed: check the base URI",
            ),
            CalibrationProblem::NoAnswer(why) => {
                write!(
                    formatter,
                    "the service does not answer: {why}; check the base URI"
                )
            }
            CalibrationProblem::Stopped(why) => formatter.write_str(why),
        }
    }
}

/// The line of `Display`, since `main` and `unwrap` print this.
impl fmt::Debug for CalibrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CalibrationError({self})")
    }
}

impl Error for CalibrationError {}
