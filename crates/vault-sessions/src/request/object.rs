//! One definition of a JSON object in the body: its fields, builder, serde and direct writer.

use std::collections::BTreeMap;

use serde_json::Value;

/// Members of a JSON object that this version of the crate has no field for.
pub(super) type Extra = BTreeMap<String, Value>;

/// Defines a body object whose members are all optional.
///
/// Each field reads `name: Type = setter_argument => conversion`. All fields are set through
/// mutators: they leave the builder's type as it is, which makes conditional building possible.
macro_rules! body_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident, builder $builder:ident {
            $( $(#[$doc:meta])* $field:ident: $type:ty = $argument:ty => $convert:expr, )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Every member is optional: `None` is left out of the body, so that the service's default
        /// holds. [`builder`](Self::builder) sets them one by one.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, TypedBuilder)]
        #[builder(
            builder_method(doc = concat!("Starts a [`", stringify!($name), "`] without any member.")),
            builder_type(
                name = $builder,
                doc = concat!(
                    "Builds a [`", stringify!($name), "`] member by member.\n\n",
                    "Setters never change the builder's type: call them in an `if` or a loop, or pass ",
                    "one to `maybe` with an `Option`.",
                ),
            ),
            build_method(doc = concat!("The finished [`", stringify!($name), "`].")),
        )]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                #[builder(
                    via_mutators,
                    mutators(
                        $(#[$doc])*
                        #[inline]
                        pub fn $field(&mut self, $field: $argument) {
                            self.$field = Some($convert($field));
                        }
                    )
                )]
                pub $field: Option<$type>,
            )*
            /// Members that this version of the crate has no field for, kept in a round trip.
            ///
            /// A name that has a field of its own must not stand here: it would be written twice.
            #[serde(flatten)]
            #[builder(
                via_mutators,
                mutators(
                    /// Adds a member that this version of the crate has no field for.
                    pub fn extra(&mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) {
                        self.extra.insert(name.into(), value.into());
                    }
                )
            )]
            pub extra: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl fmt::Debug for $builder {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($builder)).finish_non_exhaustive()
            }
        }

        impl $builder {
            /// Calls a setter if there is a value for it.
            pub fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self {
                match value {
                    Some(value) => setter(self, value),
                    None => self,
                }
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                Ok(Self {
                    $( $field: crate::unstructured::member(source)?, )*
                    extra: crate::unstructured::extra(source, &[$( stringify!($field), )*])?,
                })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;

                impl<'de> Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str(concat!("an object, the ", stringify!($name)))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $( let mut $field = None; )*
                        let mut extra = Extra::new();
                        while let Some(name) = map.next_key::<Name<'de>>()? {
                            $(
                                if name.is(stringify!($field)) {
                                    read_member(&mut map, &mut $field, stringify!($field))?;
                                    continue;
                                }
                            )*
                            extra.insert(name.into_owned(), map.next_value()?);
                        }
                        Ok($name {
                            $( $field: $field.flatten(), )*
                            extra,
                        })
                    }
                }

                deserializer.deserialize_map(Members)
            }
        }

        impl WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                let mut object = ObjectWriter::begin(out);
                $( object.member(concat!("\"", stringify!($field), "\":"), self.$field.as_ref()); )*
                object.extra(&self.extra);
                object.end();
            }
        }
    };
}

pub(super) use body_object;
