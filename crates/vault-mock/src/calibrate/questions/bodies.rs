use crate::calibrate::{
    question::{Ask, Question, table},
    read::{created, error_shape, kept},
};

/// What a body may be, and what is said of a bad one.
pub(super) const BODIES: &[Question] = table! {
    /// A member of the session that the API's document does not know
    "unknown-member" => Ask::Body(r#"{"calibration":1}"#, |answer| kept(answer, "/calibration"));
    /// A setting that the API's document does not know
    "unknown-setting" => Ask::Body(
        r#"{"settings":{"calibration":1}}"#,
        |answer| kept(answer, "/settings/calibration")
    );
    /// A member of the theme that the API's document does not know, and does not forbid
    "unknown-theme-member" => Ask::Body(
        r#"{"theme":{"calibration":1}}"#,
        |answer| kept(answer, "/theme/calibration")
    );
    /// A text where a boolean belongs
    "wrong-type" => Ask::Body(r#"{"settings":{"sandbox_mode":"true"}}"#, created);
    /// An action that does not exist
    "unknown-action" => Ask::Body(r#"{"settings":{"allow_actions":["calibrate"]}}"#, created);
    /// A Unified API that does not exist
    "unknown-api" => Ask::Body(r#"{"settings":{"unified_apis":["calibration"]}}"#, created);
    /// An image that is no URL
    "image-no-url" => Ask::Body(r#"{"consumer_metadata":{"image":"calibration"}}"#, created);
    /// What an error is made of
    "error-shape" => Ask::Body(r#"{"settings":5}"#, error_shape);
    /// No body, with a content type
    "body-empty" => Ask::Body("", created);
    /// `null`
    "body-null" => Ask::Body("null", created);
    /// An array
    "body-array" => Ask::Body("[]", created);
    /// A text
    "body-text" => Ask::Body(r#""calibration""#, created);
    /// Half of a JSON object
    "body-broken" => Ask::Body(r#"{"settings":"#, created);
    /// A byte order mark, which some editors and languages write
    "body-byte-order-mark" => Ask::Body("\u{feff}{}", created);
    /// One member twice
    "body-duplicate-member" => Ask::Body(r#"{"redirect_uri":null,"redirect_uri":null}"#, created);
    /// How large a body may be: 1, 10 and 100 kB
    "body-size" => Ask::BodySizes;
};
