use std::iter::FusedIterator;

use super::action::Action;

/// The known actions of an [`ActionSet`](super::ActionSet), in the API's order.
#[derive(Clone, Debug)]
pub struct Actions(u8);

impl Actions {
    /// The actions whose bits are set.
    pub(super) const fn new(bits: u8) -> Self {
        Self(bits)
    }
}

impl Iterator for Actions {
    type Item = Action;

    fn next(&mut self) -> Option<Action> {
        let action = Action::ALL
            .iter()
            .copied()
            .find(|action| self.0 & action.bit() != 0)?;
        self.0 &= !action.bit();
        Some(action)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.0.count_ones() as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Actions {}

impl FusedIterator for Actions {}
