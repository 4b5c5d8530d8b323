//! JSON objects that the service may extend: members without a field are kept.

mod members;
mod serde_impls;

pub(crate) use self::{
    members::{Extra, Key, Member, NamesOf, read_member},
    serde_impls::open_object,
};
