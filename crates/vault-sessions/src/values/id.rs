use std::borrow::{Borrow, Cow};

use super::{
    field_value,
    invalid::{InvalidValue, ValueProblem},
    text::text_value,
};

/// Bytes allowed in an ID. The service documents no limit; this one keeps both IDs well within the
/// header sizes that HTTP servers accept by default.
const LIMIT: usize = 1024;

const RULE: &str = "use 1 to 1024 visible ASCII characters, with spaces or tabs only inside";

/// The ID of your Unify application, sent as `x-apideck-app-id`.
///
/// One to 1,024 bytes that an HTTP field value can carry (RFC 9110 §5.5), ASCII only.
///
/// ```
/// use vault_sessions::AppId;
///
/// const APP: AppId = AppId::from_static("dSBdXd2H6Mqwfg0atXHXYcysLJE9qyn1VwBtXHX");
/// assert!(AppId::new("").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(Cow<'static, str>);

text_value! {
    AppId,
    kind: "app ID",
    expected: "a string, the app ID",
    rule: RULE,
    check: problem
}

/// Your own ID of the consumer whose integrations are managed, sent as `x-apideck-consumer-id`.
///
/// Free text such as a UUID, an e-mail address or `account:12345`: one to 1,024 bytes that an HTTP
/// field value can carry (RFC 9110 §5.5), ASCII only. If the service does not know the
/// consumer yet, it creates one.
///
/// ```
/// use vault_sessions::ConsumerId;
///
/// let consumer: ConsumerId = "account:12345".parse()?;
/// assert_eq!(consumer.as_str(), "account:12345");
/// # Ok::<(), vault_sessions::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsumerId(Cow<'static, str>);

text_value! {
    ConsumerId,
    kind: "consumer ID",
    expected: "a string, the consumer ID",
    rule: RULE,
    check: problem
}

const fn problem(text: &str) -> Option<ValueProblem> {
    field_value::problem(text, LIMIT)
}
