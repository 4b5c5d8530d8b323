use crate::rules::named;

/// A setting that a connection asks its consumer for (`form_fields`).
///
/// ```
/// use vault_mock::connections::{FieldKind, FormField};
///
/// let key = FormField::new("api_key", "API key", FieldKind::Password).required().sensitive();
/// assert!(key.is_required());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    id: String,
    label: String,
    kind: FieldKind,
    placeholder: Option<String>,
    description: Option<String>,
    required: bool,
    sensitive: bool,
    options: Vec<(String, String)>,
}

/// What a [`FormField`] looks like (`type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each is the kind of HTML input that it is named after"
)]
pub enum FieldKind {
    Text,
    Checkbox,
    Tel,
    Email,
    Url,
    Textarea,
    Select,
    FilteredSelect,
    MultiSelect,
    Datetime,
    Date,
    Time,
    Number,
    Password,
}

named!(
    FieldKind, "type of a form field", "a type of HTML inputs such as text, url, select or password", {
        Text: "text",
        Checkbox: "checkbox",
        Tel: "tel",
        Email: "email",
        Url: "url",
        Textarea: "textarea",
        Select: "select",
        FilteredSelect: "filtered-select",
        MultiSelect: "multi-select",
        Datetime: "datetime",
        Date: "date",
        Time: "time",
        Number: "number",
        Password: "password",
    }
);

impl FormField {
    /// An optional field whose value is stored in the connection's settings under `id`.
    #[must_use]
    pub fn new(id: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            kind,
            placeholder: None,
            description: None,
            required: false,
            sensitive: false,
            options: Vec::new(),
        }
    }

    /// Makes the connection wait for a value before it is callable.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Asks to show the value masked.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Shows a text while the field is empty.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = Some(placeholder.into());
        self
    }

    /// Explains the field.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds something to choose from: its label and its value.
    #[must_use]
    pub fn with_option(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((label.into(), value.into()));
        self
    }

    /// The name of the setting.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is written beside the field.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What the field looks like.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        self.kind
    }

    /// What is shown while the field is empty.
    #[must_use]
    pub fn placeholder(&self) -> Option<&str> {
        self.placeholder.as_deref()
    }

    /// The explanation of the field.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether the connection waits for a value.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether the value is to be shown masked.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// What there is to choose from: labels and values.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        let options = self.options.iter();
        options.map(|(label, value)| (label.as_str(), value.as_str()))
    }
}
