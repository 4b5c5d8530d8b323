//! One definition of a JSON object in the body: its fields, builder, serde and direct writer.

/// Defines a body object whose members are all optional.
///
/// Each field reads `name: Type = setter_argument => conversion`. Nothing here is required, so the
/// builder needs no type state: it is the object itself, and costs what a struct literal costs.
macro_rules! body_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident, $what:literal, builder $builder:ident {
            $( $(#[$doc:meta])* $field:ident: $type:ty = $argument:ty => $convert:expr, )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Every member is optional: `None` is left out of the body, so that the service's default
        /// holds. [`builder`](Self::builder) sets them one by one.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])* pub $field: Option<$type>, )*
            /// Members that this version of the crate has no field for, kept in a round trip.
            ///
            /// A name that has a field of its own must not stand here: it would be written twice.
            pub extra: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl $name {
            #[doc = concat!("Starts a [`", stringify!($name), "`] without any member.")]
            #[inline]
            pub fn builder() -> $builder {
                $builder($name::default())
            }
        }

        #[doc = concat!("Builds a [`", stringify!($name), "`] member by member.")]
        ///
        /// Setters never change the builder's type: call them in an `if` or a loop, or pass one to
        /// [`maybe`](Self::maybe) with an `Option`. If the conversion of an argument panics, what the
        /// builder holds is leaked.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[must_use]
        pub struct $builder($name);

        impl $builder {
            $(
                $(#[$doc])*
                #[inline]
                pub fn $field(self, $field: $argument) -> Self {
                    // A conversion may panic, but there is nothing to drop while it runs: that would
                    // keep the object in memory as a whole, where a struct literal is never.
                    let rest = std::mem::ManuallyDrop::new(self.0);
                    let $field = Some($convert($field));
                    Self($name { $field, ..std::mem::ManuallyDrop::into_inner(rest) })
                }
            )*

            /// Adds a member that this version of the crate has no field for.
            pub fn extra(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.0.extra.insert(name.into(), value.into());
                self
            }

            /// Calls a setter if there is a value for it.
            pub fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self {
                match value {
                    Some(value) => setter(self, value),
                    None => self,
                }
            }

            #[doc = concat!("The finished [`", stringify!($name), "`].")]
            #[inline]
            #[must_use]
            pub fn build(self) -> $name {
                self.0
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

        open_object!($name, $what, { $( optional $field: stringify!($field); )* ..extra });

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
