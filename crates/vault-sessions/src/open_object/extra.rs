use std::{collections::BTreeMap, error::Error, fmt, marker::PhantomData, ops::Deref};

use serde_json::Value;

use crate::error_debug::debug_as_display;

/// Members of `T`, an object of a request's body, that this version of the crate has no field for.
///
/// Read it as a map ([`Deref`]). It cannot hold a name that `T` has a field for:
///
/// ```
/// use vault_sessions::{Extra, Settings};
///
/// let mut extra = Extra::<Settings>::default();
/// extra.insert("show_help", true)?;
/// assert_eq!(extra["show_help"], true);
///
/// let error = extra.insert("session_length", "30m").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`session_length` is not an extra member: set it with `SettingsBuilder::session_length`",
/// );
/// # Ok::<(), vault_sessions::InvalidExtra>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Extra<T> {
    members: BTreeMap<String, Value>,
    object: PhantomData<T>,
}

impl<T: BodyObject> Extra<T> {
    /// Adds a member, or replaces the one of the same name.
    ///
    /// # Errors
    ///
    /// `T` has a field of this name; the error says which setter to use.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<(), InvalidExtra> {
        let name = name.into();
        if let Some(&member) = T::MEMBERS.iter().find(|known| **known == name) {
            let builder = T::BUILDER;
            return Err(InvalidExtra { member, builder });
        }
        self.members.insert(name, value.into());
        Ok(())
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }
}

impl<T> Deref for Extra<T> {
    type Target = BTreeMap<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.members
    }
}

impl<T> fmt::Debug for Extra<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.members.fmt(formatter)
    }
}

/// Why [`Extra`] refused a member: there is a field for it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidExtra {
    member: &'static str,
    builder: &'static str,
}

impl InvalidExtra {
    /// The name of the member, which is also that of its field and its setter.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.member
    }
}

impl fmt::Display for InvalidExtra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, builder } = self;
        write!(
            formatter,
            "`{member}` is not an extra member: set it with `{builder}::{member}`"
        )
    }
}

debug_as_display!(InvalidExtra);

impl Error for InvalidExtra {}

/// An object of a request's body. Other crates can neither name nor implement it.
pub trait BodyObject: Default {
    /// The members that have a field.
    const MEMBERS: &[&str];

    /// The type with a setter for each of them.
    const BUILDER: &str;
}

/// Where the reader of an object keeps the members that have no field.
pub(crate) trait Rest: Default {
    fn keep(&mut self, name: String, value: Value);
}

impl Rest for BTreeMap<String, Value> {
    fn keep(&mut self, name: String, value: Value) {
        self.insert(name, value);
    }
}

impl<T: BodyObject> Rest for Extra<T> {
    fn keep(&mut self, name: String, value: Value) {
        self.members.insert(name, value);
    }
}
