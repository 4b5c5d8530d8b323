use vault_sessions::{AppId, ConsumerId, CreateSession};

/// What makes two requests ask for the same session.
///
/// It is compared in full: a digest that collided would hand one consumer's session to another.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct RequestKey {
    app: AppId,
    consumer: ConsumerId,
    body: Vec<u8>,
}

impl RequestKey {
    pub(super) fn of(request: &CreateSession) -> Self {
        Self {
            app: request.app_id().clone(),
            consumer: request.consumer_id().clone(),
            body: request.body(),
        }
    }
}
