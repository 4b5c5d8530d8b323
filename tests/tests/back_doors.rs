//! There is no way around the builder: a request cannot come out of JSON.

use serde::de::DeserializeOwned;
use vault_sessions::CreateSession;

/// Both implementations apply to a type that can be deserialized, and the compiler cannot choose.
trait Ambiguous<Marker> {
    fn is_unambiguous() {}
}

struct Always;
impl<T> Ambiguous<Always> for T {}

struct IfDeserialize;
impl<T: DeserializeOwned> Ambiguous<IfDeserialize> for T {}

#[test]
fn a_request_is_not_deserialized() {
    <CreateSession as Ambiguous<_>>::is_unambiguous();
}
