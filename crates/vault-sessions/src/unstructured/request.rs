use arbitrary::{Arbitrary, Result, Unstructured};

use crate::request::CreateSession;

impl<'a> Arbitrary<'a> for CreateSession {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::builder()
            .app_id(source.arbitrary()?)
            .consumer_id(source.arbitrary()?)
            .session(source.arbitrary()?)
            .build())
    }
}
