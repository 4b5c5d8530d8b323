use serde_json::{Map, Value};

use super::{
    auth::Auth,
    connection::Connection,
    errors::ChangeError,
    record::{Credentials, Record},
    state::IntegrationState,
};

/// Bytes that the settings and other values of one connection may take, as JSON. The service
/// documents no limit; this one keeps a mock from growing.
pub(crate) const SIZE_LIMIT: usize = 16 * 1024;

/// What can happen to a connection: the events of its state machine.
///
/// | from | change | to |
/// |---|---|---|
/// | available | `Enable`, `Save` | added; callable, if nothing is missing |
/// | any but available | `Enable`, `Disable` | the same state |
/// | available, added, invalid, … (OAuth) | `Authorize` | callable; authorized, if settings are missing |
/// | the same (OAuth) | `AuthorizeUnconfirmed` | authorized |
/// | authorized, unconfirmed | `Confirm` | callable; authorized, if settings are missing |
/// | authorized, callable, invalid (OAuth) | `Revoke` | added |
/// | any with credentials | `Refuse` | invalid |
/// | invalid (no OAuth) | `Save` | callable, or added |
/// | any | `Delete` | available |
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Switches the connection on; adds it, if it is only available.
    Enable,
    /// Switches the connection off. Its state stays: the two are independent.
    Disable,
    /// Stores settings; those not named keep their value.
    Save(Map<String, Value>),
    /// Stores metadata; members not named keep their value.
    Describe(Map<String, Value>),
    /// The consumer agreed at the OAuth provider.
    Authorize,
    /// The consumer agreed at the OAuth provider, and the caller has yet to confirm it (`nonce`).
    AuthorizeUnconfirmed,
    /// The caller of `AuthorizeUnconfirmed` confirms.
    Confirm,
    /// The authorization is revoked; everything else in the connection stays.
    Revoke,
    /// The connected service no longer accepts the credentials.
    Refuse,
    /// The connection is deleted, with everything that the consumer entered.
    Delete,
}

/// How members that are there become what they are with those of a change.
type StoreMembers = fn(&mut Map<String, Value>, Map<String, Value>);

impl Connection {
    /// Applies a change. If it is refused, the connection stays as it was.
    ///
    /// ```
    /// use vault_mock::connections::{Change, Connection, ConnectionState, Connector, ServiceId};
    /// use vault_sessions::UnifiedApi;
    ///
    /// let hubspot = ServiceId::from_static("hubspot");
    /// let connector = Connector::oauth2(UnifiedApi::Crm, hubspot, "HubSpot");
    /// let mut connection = Connection::available(connector);
    /// connection.apply(Change::Enable)?;
    /// assert_eq!(connection.state(), ConnectionState::Added);
    /// connection.apply(Change::Authorize)?;
    /// assert_eq!(connection.state(), ConnectionState::Callable);
    /// # Ok::<(), vault_mock::connections::ChangeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The change is not possible in this state or for this kind of service, or the connection would
    /// hold more than 16 KiB.
    pub fn apply(&mut self, change: Change) -> Result<(), ChangeError> {
        self.enter(change, Extend::extend)
    }

    /// As [`apply`](Self::apply), where settings and metadata are not stored member by member, but as
    /// `store` says.
    pub(crate) fn enter(&mut self, change: Change, store: StoreMembers) -> Result<(), ChangeError> {
        match change {
            Change::Delete => {
                self.record = None;
                Ok(())
            }
            Change::Refuse if self.record.is_none() || self.connector().auth() == Auth::None => {
                Err(self.refuse("there are no credentials yet"))
            }
            // What is not there is off already.
            Change::Disable if self.record.is_none() => Ok(()),
            change => {
                let mut record = self.record.clone().unwrap_or_else(Record::new);
                self.change(&mut record, change, store)?;
                self.keep(record)
            }
        }
    }

    /// A copy of what the connection holds, to be changed and given to [`keep`](Self::keep).
    pub(crate) fn added(&self) -> Result<Record, ChangeError> {
        let record = self.record.clone();
        record.ok_or_else(|| self.refuse("it has to be added first"))
    }

    /// Stores a record unless it is too large.
    pub(crate) fn keep(&mut self, record: Record) -> Result<(), ChangeError> {
        let size = record.size();
        if size > SIZE_LIMIT {
            return Err(ChangeError::too_large(size));
        }
        self.record = Some(record);
        Ok(())
    }

    fn change(
        &self,
        record: &mut Record,
        change: Change,
        store: StoreMembers,
    ) -> Result<(), ChangeError> {
        match change {
            Change::Enable => record.enabled = true,
            Change::Disable => record.enabled = false,
            Change::Save(settings) => {
                store(&mut record.settings, settings);
                if !self.is_oauth() {
                    record.credentials = Credentials::Missing;
                }
            }
            Change::Describe(metadata) => store(&mut record.metadata, metadata),
            Change::Authorize => {
                record.credentials = self.authorized(record, Credentials::Stored)?;
            }
            Change::AuthorizeUnconfirmed => {
                record.credentials = self.authorized(record, Credentials::Unconfirmed)?;
            }
            Change::Confirm => match record.credentials {
                Credentials::Unconfirmed => record.credentials = Credentials::Stored,
                _ => return Err(self.refuse("there is nothing to confirm")),
            },
            Change::Revoke => match record.credentials {
                Credentials::Missing | Credentials::Revoked => {
                    return Err(self.refuse("there is no authorization to revoke"));
                }
                _ if !self.is_oauth() => return Err(self.refuse("the service does not use OAuth")),
                _ => record.credentials = Credentials::Revoked,
            },
            Change::Refuse => match record.credentials {
                Credentials::Missing | Credentials::Revoked if self.is_oauth() => {
                    return Err(self.refuse("there are no credentials yet"));
                }
                _ if !self.is_oauth() && !self.missing_settings_of(record).is_empty() => {
                    return Err(self.refuse("there are no credentials yet"));
                }
                _ => record.credentials = Credentials::Refused,
            },
            Change::Delete => {}
        }
        Ok(())
    }

    fn authorized(
        &self,
        record: &Record,
        credentials: Credentials,
    ) -> Result<Credentials, ChangeError> {
        let connector = self.connector();
        if !self.is_oauth() {
            return Err(self.refuse("the service does not use OAuth"));
        }
        if connector.integration_state() != IntegrationState::Configured {
            return Err(self.refuse("the integration is not configured"));
        }
        let needed = connector.settings_required_for_authorization().iter();
        let missing: Vec<_> = needed
            .filter(|setting| !record.has(setting))
            .cloned()
            .collect();
        if !missing.is_empty() {
            return Err(ChangeError::missing_settings(self.id().clone(), missing));
        }
        Ok(credentials)
    }

    fn refuse(&self, reason: &'static str) -> ChangeError {
        ChangeError::state(self.id().clone(), self.state(), reason)
    }

    pub(super) fn is_oauth(&self) -> bool {
        matches!(self.connector().auth(), Auth::OAuth2(_))
    }
}
