use std::{convert::Infallible, str::FromStr};

use super::text::{read_from_json, write_as_text};

/// Defines the known IDs once: variants, their wire names, and the way back.
macro_rules! unified_apis {
    ($( $(#[$doc:meta])* $variant:ident = $id:literal, )*) => {
        /// A category of integrations, such as CRM or accounting (`UnifiedApiId` in the API).
        ///
        /// The 28 IDs of the API are variants. An ID that is newer than this crate is kept in
        /// [`UnifiedApi::Other`], so that it can be sent and survives a round trip.
        ///
        /// ```
        /// use vault_sessions::UnifiedApi;
        ///
        /// assert_eq!(UnifiedApi::from("issue-tracking"), UnifiedApi::IssueTracking);
        /// assert_eq!(UnifiedApi::from("quantum-ledger").as_str(), "quantum-ledger");
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum UnifiedApi {
            $( $(#[$doc])* #[doc = concat!("Sent as `", $id, "`.")] $variant, )*
            /// An ID that this version of the crate does not know. Convert a text to make one
            /// (`"quantum-ledger".into()`), and match it by [`as_str`](OtherApi::as_str).
            Other(OtherApi),
        }

        impl UnifiedApi {
            /// Every known ID, in the API's order.
            pub const KNOWN: &[Self] = &[$( Self::$variant, )*];

            /// The category with this ID, which may be one that this crate does not know.
            #[must_use]
            pub fn new(id: impl AsRef<str>) -> Self {
                id.as_ref().into()
            }

            /// The ID as it goes on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $id, )*
                    Self::Other(OtherApi(id)) => id,
                }
            }

            fn known(id: &str) -> Option<Self> {
                match id {
                    $( $id => Some(Self::$variant), )*
                    _ => None,
                }
            }
        }
    };
}

unified_apis! {
    Accounting = "accounting",
    /// Applicant tracking systems.
    Ats = "ats",
    Calendar = "calendar",
    /// Customer relationship management.
    Crm = "crm",
    Csp = "csp",
    CustomerSupport = "customer-support",
    Ecommerce = "ecommerce",
    Email = "email",
    EmailMarketing = "email-marketing",
    ExpenseManagement = "expense-management",
    FileStorage = "file-storage",
    Form = "form",
    /// Human resources information systems.
    Hris = "hris",
    Lead = "lead",
    Payroll = "payroll",
    /// Point of sale.
    Pos = "pos",
    Procurement = "procurement",
    ProjectManagement = "project-management",
    Script = "script",
    /// Text messages.
    Sms = "sms",
    Spreadsheet = "spreadsheet",
    SubscriptionAnalytics = "subscription-analytics",
    TeamMessaging = "team-messaging",
    IssueTracking = "issue-tracking",
    TimeRegistration = "time-registration",
    TransactionalEmail = "transactional-email",
    Vault = "vault",
    DataWarehouse = "data-warehouse",
}

/// An ID that this version of the crate does not know. Only converting a text to a [`UnifiedApi`] makes
/// one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherApi(Box<str>);

impl OtherApi {
    /// The ID as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for UnifiedApi {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for UnifiedApi {
    fn from(id: &str) -> Self {
        Self::known(id).unwrap_or_else(|| Self::Other(OtherApi(id.into())))
    }
}

impl From<String> for UnifiedApi {
    fn from(id: String) -> Self {
        Self::known(&id).unwrap_or_else(|| Self::Other(OtherApi(id.into_boxed_str())))
    }
}

impl FromStr for UnifiedApi {
    type Err = Infallible;

    fn from_str(id: &str) -> Result<Self, Infallible> {
        Ok(id.into())
    }
}

read_from_json!(UnifiedApi, r#"a string such as "crm""#);
write_as_text!(UnifiedApi);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_id_is_its_variant_and_no_other() {
        assert_eq!(UnifiedApi::KNOWN.len(), 28);
        for api in UnifiedApi::KNOWN {
            assert_eq!(&UnifiedApi::from(api.as_str()), api);
            assert!(!matches!(api, UnifiedApi::Other(_)));
        }
    }
}
