/// Implements serde, both ways, for a struct with one field that keeps unknown members.
///
/// Each member reads `presence field: "name"`. An `optional` field is an `Option`: `null` counts as
/// absent, and an absent member is not written. A `required` one has to be there. A `defaulted` one
/// that is `null` or absent is filled in with what follows its name. A member that has a field is
/// refused if it comes twice; of any other, the last value is kept, as RFC 7519 §4 allows. A field is
/// read and written as its type is, or by the function and the type of `#[by(…)]`.
///
/// `#[derive]` with `#[serde(flatten)]` would do the same, but takes half again as long to read an
/// object, and the compiler twice as long to build the crate.
macro_rules! open_object {
    (
        $name:ident, $what:literal,
        {
            $(
                $(#[by($read:ident, $write:ident)])?
                $presence:ident $field:ident: $member:expr $(, $default:expr)?;
            )*
            ..$rest:ident
        }
    ) => {
        impl serde_core::Serialize for $name {
            fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde_core::ser::SerializeMap;

                let mut object = serializer.serialize_map(None)?;
                $( $crate::open_object::open_object!(
                    @write $presence object, $member, &self.$field $(, $write)?
                ); )*
                for (name, value) in self.$rest.iter() {
                    object.serialize_entry(name, &$crate::open_object::Written(value))?;
                }
                object.end()
            }
        }

        impl<'de> serde_core::Deserialize<'de> for $name {
            fn deserialize<D: serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use std::fmt;

                use $crate::open_object::{AnyValue, Key, Member, Rest, read_member};

                #[expect(non_camel_case_types, reason = "each is named as its field")]
                enum Field {
                    $( $field, )*
                }

                impl Member for Field {
                    #[inline]
                    fn named(name: &str) -> Option<Self> {
                        $( if name == $member { return Some(Self::$field); } )*
                        None
                    }
                }

                struct Members;

                impl<'de> serde_core::de::Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str(concat!("an object, the ", $what))
                    }

                    fn visit_map<A: serde_core::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        $( let mut $field = None; )*
                        let mut $rest = Default::default();
                        while let Some(key) = map.next_key::<Key<Field>>()? {
                            match key {
                                $( Key::Known(Field::$field) => {
                                    let read = $crate::open_object::open_object!(@reader $($read)?);
                                    read_member(&mut map, &mut $field, $member, read)?;
                                } )*
                                Key::Unknown(name) => {
                                    let AnyValue(value) = map.next_value()?;
                                    Rest::keep(&mut $rest, name, value);
                                }
                            }
                        }
                        Ok($name {
                            $( $field: $crate::open_object::open_object!(
                                @finish $presence $field, $member $(, $default)?
                            ), )*
                            $rest,
                        })
                    }
                }

                deserializer.deserialize_map(Members)
            }
        }
    };

    (@write optional $object:ident, $member:expr, $field:expr) => {
        if let Some(value) = $field {
            $object.serialize_entry($member, value)?;
        }
    };
    (@write optional $object:ident, $member:expr, $field:expr, $write:ident) => {
        if let Some(value) = $field {
            $object.serialize_entry($member, &$crate::open_object::$write(value))?;
        }
    };
    (@write $presence:ident $object:ident, $member:expr, $field:expr) => {
        $object.serialize_entry($member, $field)?;
    };

    (@reader) => {
        serde_core::de::MapAccess::next_value
    };
    (@reader $read:ident) => {
        $crate::open_object::$read
    };

    (@finish optional $field:ident, $member:expr) => {
        Option::flatten($field)
    };
    (@finish required $field:ident, $member:expr) => {
        $field.ok_or_else(|| serde_core::de::Error::missing_field($member))?
    };
    (@finish defaulted $field:ident, $member:expr, $default:expr) => {
        Option::flatten($field).unwrap_or_else(|| $default)
    };
}

pub(crate) use open_object;
