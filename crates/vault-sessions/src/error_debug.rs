//! What `main() -> Result<(), Box<dyn Error>>` and `unwrap()` print of an error.

/// Implements `Debug` for an error: its name, its `Display` line, and its cause's.
macro_rules! debug_as_display {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{}({self}", stringify!($name))?;
                if let Some(cause) = std::error::Error::source(self) {
                    write!(formatter, ": {cause}")?;
                }
                formatter.write_str(")")
            }
        }
    };
}

pub(crate) use debug_as_display;
