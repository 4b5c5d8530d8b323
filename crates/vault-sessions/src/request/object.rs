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
            #[inline(always)]
            pub fn builder() -> $builder {
                $builder(std::mem::ManuallyDrop::new($name::default()))
            }
        }

        #[doc = concat!("Builds a [`", stringify!($name), "`] member by member.")]
        ///
        /// Setters never change the builder's type: call them in an `if` or a loop, or pass one to
        /// [`maybe`](Self::maybe) with an `Option`. If the conversion of an argument panics, what the
        /// builder holds is leaked.
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[must_use]
        pub struct $builder(std::mem::ManuallyDrop<$name>);

        impl $builder {
            $(
                $(#[$doc])*
                #[inline(always)]
                pub fn $field(self, $field: $argument) -> Self {
                    // A conversion may panic, but there is nothing to drop while it runs: that would
                    // keep the object in memory as a whole, where a struct literal is never.
                    let rest = std::mem::ManuallyDrop::new(self.into_inner());
                    let $field = Some($convert($field));
                    let object = $name { $field, ..std::mem::ManuallyDrop::into_inner(rest) };
                    Self(std::mem::ManuallyDrop::new(object))
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
            #[inline(always)]
            #[must_use]
            pub fn build(self) -> $name {
                self.into_inner()
            }

            #[inline(always)]
            fn into_inner(mut self) -> $name {
                let object = std::mem::take(&mut *self.0);
                std::mem::forget(self);
                object
            }
        }

        impl Drop for $builder {
            // Moves the members out before it drops them. Whoever holds a builder while the next
            // argument is made, which may panic, would otherwise hand the builder's address to a
            // function, and so keep it in memory as a whole and copy it with every setter. Inlined
            // always, as the setters are: only a caller that sees the moves is spared the copies.
            #[inline(always)]
            fn drop(&mut self) {
                drop(std::mem::take(&mut *self.0));
            }
        }

        impl std::fmt::Debug for $builder {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_tuple(stringify!($builder)).field(&*self.0).finish()
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
