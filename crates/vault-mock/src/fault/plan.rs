use std::{fmt, str::FromStr};

use vault_sessions::{AppId, ConsumerId};

use super::{
    draw::{Draw, Drawn},
    fault::Fault,
    invalid::{FaultProblem, InvalidFault},
    terms::{Steps, Term},
    text::read_fault,
};

/// Faults by chance that repeat exactly: a pure function of seed, app, consumer and attempt.
///
/// Every choice has a weight; a weight of 3 comes three times as often as one of 1. Text: the seed,
/// then the choices, `seed=42; attempts=5, ok; weight=6, status=503; weight=3, reset`.
///
/// ```
/// use vault_mock::fault::{Fault, Plan};
/// use vault_sessions::{AppId, ConsumerId};
///
/// let plan: Plan = "seed=42, ok, reset".parse()?;
/// assert_eq!(plan, Plan::seeded(42).choice(1, "ok".parse::<Fault>()?).choice(1, Fault::reset()));
///
/// let (app, consumer) = (AppId::from_static("app"), ConsumerId::from_static("consumer"));
/// assert_eq!(plan.fault_at(&app, &consumer, 1), plan.fault_at(&app, &consumer, 1));
/// # Ok::<(), vault_mock::fault::InvalidFault>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    seed: u64,
    attempts: Option<u32>,
    choices: Vec<Choice>,
}

#[derive(Clone, PartialEq, Eq)]
struct Choice {
    weight: u32,
    fault: Fault,
}

impl Plan {
    /// A plan without a choice yet: nothing goes wrong.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            attempts: None,
            choices: Vec::new(),
        }
    }

    /// Adds a fault that may be chosen; with a weight of zero it never is.
    #[must_use]
    pub fn choice(mut self, weight: u32, fault: impl Into<Fault>) -> Self {
        self.choices.push(Choice {
            weight,
            fault: fault.into(),
        });
        self
    }

    /// Lets nothing go wrong after so many attempts of a consumer, so that patience is rewarded.
    #[must_use]
    pub fn only_attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// What goes wrong at an attempt; the first one is 1.
    #[must_use]
    pub fn fault_at(&self, app: &AppId, consumer: &ConsumerId, attempt: u32) -> Option<&Fault> {
        let draw = Draw::new(self.seed, app.as_str(), consumer.as_str(), attempt);
        self.chosen(draw, attempt)
    }

    pub(super) fn draw(&self, app: &str, consumer: &str, attempt: u32) -> Option<Drawn> {
        let draw = Draw::new(self.seed, app, consumer, attempt);
        let fault = self.chosen(draw, attempt)?;
        Some(Drawn::new(fault, draw))
    }

    fn chosen(&self, draw: Draw, attempt: u32) -> Option<&Fault> {
        if self.attempts.is_some_and(|attempts| attempt > attempts) {
            return None;
        }
        let weights = self.choices.iter().map(|choice| u64::from(choice.weight));
        let mut left = draw.choice.checked_rem(weights.sum())?;
        let chosen = self.choices.iter().find(|choice| {
            let weight = u64::from(choice.weight);
            let is_chosen = left < weight;
            left = left.saturating_sub(weight);
            is_chosen
        });
        chosen.map(|choice| &choice.fault)
    }
}

impl FromStr for Plan {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut steps = Steps::read(text)?.0.into_iter();
        let mut head = steps.next().expect("a text has at least one step");
        let seed = head.take("seed");
        let seed = seed.ok_or_else(|| FaultProblem::new("a plan starts with `seed=…`").at(0))?;
        let mut plan = Self::seeded(read_number(&seed)?);
        plan.attempts = head
            .take("attempts")
            .as_ref()
            .map(read_number)
            .transpose()?;
        if let Some(other) = head.terms.first() {
            let problem = "only `attempts` may stand beside `seed`; a comma ends them";
            return Err(FaultProblem::new(problem).at(other.position));
        }
        for mut terms in steps {
            let weight = terms.take("weight").as_ref().map(read_number).transpose()?;
            plan = plan.choice(weight.unwrap_or(1), read_fault(terms)?);
        }
        Ok(plan)
    }
}

fn read_number<N: FromStr>(term: &Term) -> Result<N, InvalidFault> {
    term.parsed(|text| {
        let number = text.parse();
        number.map_err(|_| {
            FaultProblem::new("a whole number from 0 on is asked for, and not too large")
        })
    })
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seed={}", self.seed)?;
        if let Some(attempts) = self.attempts {
            write!(formatter, "; attempts={attempts}")?;
        }
        for Choice { weight, fault } in &self.choices {
            write!(formatter, ", {fault}")?;
            if *weight != 1 {
                write!(formatter, "; weight={weight}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Plan({self})")
    }
}
