//! JSON objects that the service may extend: members without a field are kept.

mod any_value;
mod extra;
mod members;
mod serde_impls;

pub use self::extra::{Extra, InvalidExtra};
pub(crate) use self::{
    any_value::{AnyValue, Watch, Written, WrittenMembers, read_map, read_values, read_watched},
    extra::{BodyObject, Rest},
    members::{Key, Member, NamesOf, read_member},
    serde_impls::open_object,
};
