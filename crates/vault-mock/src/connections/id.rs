use std::{error::Error, fmt, str::FromStr};

use vault_sessions::UnifiedApi;

use super::service_id::{InvalidServiceId, ServiceId};

/// What identifies a connection among a consumer's: the Unified API and the service, written
/// `crm+salesforce`.
///
/// ```
/// use vault_mock::connections::ConnectionId;
/// use vault_sessions::UnifiedApi;
///
/// let id: ConnectionId = "crm+salesforce".parse()?;
/// assert_eq!(id.unified_api(), &UnifiedApi::Crm);
/// assert_eq!(id.service_id().as_str(), "salesforce");
/// assert_eq!(id.to_string(), "crm+salesforce");
/// # Ok::<(), vault_mock::connections::InvalidConnectionId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId {
    unified_api: UnifiedApi,
    service_id: ServiceId,
}

impl ConnectionId {
    /// Joins the two halves.
    #[must_use]
    pub fn new(unified_api: UnifiedApi, service_id: ServiceId) -> Self {
        Self {
            unified_api,
            service_id,
        }
    }

    /// The category of integrations.
    #[must_use]
    pub fn unified_api(&self) -> &UnifiedApi {
        &self.unified_api
    }

    /// The service within it.
    #[must_use]
    pub fn service_id(&self) -> &ServiceId {
        &self.service_id
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}+{}", self.unified_api, self.service_id)
    }
}

impl FromStr for ConnectionId {
    type Err = InvalidConnectionId;

    fn from_str(id: &str) -> Result<Self, InvalidConnectionId> {
        let (unified_api, service_id) = id.split_once('+').ok_or(Problem::NoPlus)?;
        // An API has the same letters as a service; one that is newer than this crate is fine.
        ServiceId::new(unified_api).map_err(Problem::UnifiedApi)?;
        let service_id = ServiceId::new(service_id).map_err(Problem::ServiceId)?;
        Ok(Self::new(unified_api.into(), service_id))
    }
}

/// A text that is not a [`ConnectionId`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidConnectionId(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    NoPlus,
    UnifiedApi(InvalidServiceId),
    ServiceId(InvalidServiceId),
}

impl From<Problem> for InvalidConnectionId {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for InvalidConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Problem::NoPlus => {
                "invalid connection ID: write the Unified API, a plus and the service, such as `crm+salesforce`"
            }
            Problem::UnifiedApi(_) => {
                "invalid connection ID: what stands before the plus is not the ID of a Unified API"
            }
            Problem::ServiceId(_) => {
                "invalid connection ID: what stands after the plus is not a service ID"
            }
        })
    }
}

impl Error for InvalidConnectionId {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Problem::NoPlus => None,
            Problem::UnifiedApi(invalid) | Problem::ServiceId(invalid) => Some(invalid),
        }
    }
}
