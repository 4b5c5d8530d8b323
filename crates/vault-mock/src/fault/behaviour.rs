use std::{fmt, str::FromStr};

use super::{
    draw::{Draw, Drawn},
    fault::Fault,
    invalid::InvalidFault,
    plan::Plan,
    script::Script,
};

/// What decides which attempt meets which fault: a script or a plan.
///
/// A text that starts with `seed` is a plan, any other one a script.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behaviour {
    /// Faults in a fixed order.
    Script(Script),
    /// Faults by chance, with a seed.
    Plan(Plan),
}

impl Behaviour {
    pub(super) fn draw(&self, app: &str, consumer: &str, attempt: u32) -> Option<Drawn> {
        match self {
            Self::Script(script) => {
                let fault = script.fault_at(attempt)?;
                Some(Drawn::new(fault, Draw::new(0, app, consumer, attempt)))
            }
            Self::Plan(plan) => plan.draw(app, consumer, attempt),
        }
    }
}

impl From<Script> for Behaviour {
    fn from(script: Script) -> Self {
        Self::Script(script)
    }
}

impl From<Fault> for Behaviour {
    fn from(fault: Fault) -> Self {
        Self::Script(fault.into())
    }
}

impl From<Plan> for Behaviour {
    fn from(plan: Plan) -> Self {
        Self::Plan(plan)
    }
}

impl From<&Plan> for Behaviour {
    fn from(plan: &Plan) -> Self {
        Self::Plan(plan.clone())
    }
}

impl FromStr for Behaviour {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        if text.trim_start().starts_with("seed") {
            text.parse().map(Self::Plan)
        } else {
            text.parse().map(Self::Script)
        }
    }
}

impl fmt::Display for Behaviour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(script) => script.fmt(formatter),
            Self::Plan(plan) => plan.fmt(formatter),
        }
    }
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Behaviour({self})")
    }
}
