//! There is no way around the builder, and none out for a key: a request cannot come out of JSON, and
//! a key cannot be written into it.

use serde::{Serialize, de::DeserializeOwned};
use vault_sessions::{ApiKey, CreateSession};

struct Always;
struct IfPossible;

/// Both implementations apply to a type that can be deserialized, and the compiler cannot choose.
trait AmbiguousIfRead<Marker> {
    fn is_not_read() {}
}

impl<T> AmbiguousIfRead<Always> for T {}
impl<T: DeserializeOwned> AmbiguousIfRead<IfPossible> for T {}

/// The same for a type that can be serialized.
trait AmbiguousIfWritten<Marker> {
    fn is_not_written() {}
}

impl<T> AmbiguousIfWritten<Always> for T {}
impl<T: Serialize> AmbiguousIfWritten<IfPossible> for T {}

#[test]
fn a_request_is_not_deserialized() {
    <CreateSession as AmbiguousIfRead<_>>::is_not_read();
}

#[test]
fn a_key_is_not_serialized() {
    <ApiKey as AmbiguousIfWritten<_>>::is_not_written();
}
