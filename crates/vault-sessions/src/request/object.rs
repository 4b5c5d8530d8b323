//! One definition of a JSON object in the body: its fields, builder, serde and direct writer.

/// Defines a body object whose members are all optional.
///
/// Each field reads `name: Type = setter_argument => conversion, as "how to write the argument"`.
/// Nothing here is required, so the builder needs no type state: it is the object itself.
macro_rules! body_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident, $what:literal, builder $builder:ident {
            $(
                $(#[doc = $doc:literal])*
                $(#[arbitrary(with = $with:ident)])?
                $(#[by($read:ident, $write:ident)])?
                $field:ident: $type:ty = $argument:ty => $convert:expr , as $how:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Every member is optional: `None` is left out of the body, and the service's default applies.
        /// [`builder`](Self::builder) sets them one by one.
        ///
        /// It implements `arbitrary::Arbitrary` with the feature `arbitrary`, and proptest's `Arbitrary`
        /// with the feature `proptest`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                $( #[cfg_attr(feature = "arbitrary", arbitrary(with = $with))] )?
                pub $field: Option<$type>,
            )*
            /// Members that this version of the crate has no field for, kept in a round trip.
            #[cfg_attr(feature = "arbitrary", arbitrary(with = $crate::arbitrary::extra))]
            pub extra: $crate::Extra<Self>,
        }

        impl $name {
            #[doc = concat!("Starts a [`", stringify!($name), "`] without any members.")]
            pub fn builder() -> $builder {
                $builder($name::default())
            }
        }

        #[doc = concat!("Builds a [`", stringify!($name), "`] member by member.")]
        ///
        /// Setters never change the builder's type: call them in an `if` or a loop, or pass one to
        /// [`maybe`](Self::maybe) with an `Option`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[must_use = "a builder does nothing before `.build()`, and a setter returns it changed"]
        pub struct $builder($name);

        impl $builder {
            $(
                #[doc = $how]
                #[doc = ""]
                $(#[doc = $doc])*
                pub fn $field(mut self, $field: $argument) -> Self {
                    self.0.$field = Some($convert($field));
                    self
                }
            )*

            /// Adds a member that this version of the crate has no field for.
            ///
            /// # Errors
            ///
            /// The member has a setter of its own; the error names it.
            pub fn extra(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Result<Self, $crate::InvalidExtra> {
                self.0.extra.insert(name, value)?;
                Ok(self)
            }

            /// Calls a setter if there is a value for it.
            pub fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self {
                match value {
                    Some(value) => setter(self, value),
                    None => self,
                }
            }

            #[doc = concat!("The finished [`", stringify!($name), "`].")]
            #[must_use]
            pub fn build(self) -> $name {
                self.0
            }
        }

        impl $crate::open_object::BodyObject for $name {
            const MEMBERS: &[&str] = &[$( stringify!($field), )*];
            const BUILDER: &str = stringify!($builder);
        }

        open_object!($name, $what, {
            $( $(#[by($read, $write)])? optional $field: stringify!($field); )*
            ..extra
        });

        impl WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                let mut object = ObjectWriter::begin(out);
                $( object.member(concat!("\"", stringify!($field), "\":"), self.$field.as_ref()); )*
                object.extra(self.extra.iter());
                object.end();
            }
        }

        impl $crate::request::strict::Check for $name {
            fn check(value: &serde_json::Value, found: &mut $crate::request::strict::Findings) {
                found.object(value, concat!("an object, the ", $what), |found, name, value| {
                    match name {
                        $( stringify!($field) => found.member::<$type>(value), )*
                        _ => found.unknown("member", name, <Self as $crate::open_object::BodyObject>::MEMBERS.iter().copied()),
                    }
                });
            }
        }
    };
}

pub(super) use body_object;
