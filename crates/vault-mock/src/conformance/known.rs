use std::fmt;

use super::{step::Switch, subject::Listed};
use crate::connections::ConnectionState;

/// What the model knows of a connection; what it does not know, it believes when it sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    state: Option<ConnectionState>,
    /// Whether its consumer has added it, whatever else its state is.
    is_added: bool,
    pub(super) enabled: Option<bool>,
}

impl Known {
    pub(super) const NOTHING: Self = Self {
        state: None,
        is_added: false,
        enabled: None,
    };

    pub(super) fn of(listed: &Listed) -> Self {
        Self {
            state: Some(listed.state),
            is_added: listed.state != ConnectionState::Available,
            enabled: Some(listed.enabled),
        }
    }

    pub(super) fn after(self, switch: Switch) -> Self {
        match switch {
            Switch::Enable => Self {
                state: self.state.filter(|_| self.is_added),
                is_added: true,
                enabled: Some(true),
            },
            Switch::Disable => Self {
                enabled: Some(false),
                ..self
            },
            Switch::Delete => Self {
                state: Some(ConnectionState::Available),
                is_added: false,
                enabled: Some(false),
            },
        }
    }

    pub(super) fn fits(self, listed: &Listed) -> bool {
        self.state.is_none_or(|state| state == listed.state)
            && (!self.is_added || listed.state != ConnectionState::Available)
            && self.enabled.is_none_or(|enabled| enabled == listed.enabled)
    }
}

impl fmt::Display for Known {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state {
            Some(state) => write!(formatter, "{state}")?,
            None if self.is_added => formatter.write_str("not available")?,
            None => formatter.write_str("in any state")?,
        }
        match self.enabled {
            Some(true) => formatter.write_str(" and on"),
            Some(false) => formatter.write_str(" and off"),
            None => Ok(()),
        }
    }
}
