//! The request header `x-vault-mock`: a fault for this one request, for callers in any language.

use http::{HeaderMap, HeaderName};

use crate::{
    builder::VaultBuilder,
    fault::{Drawn, Fault, is_spared},
    identity::Head,
    vault::Vault,
};

const HEADER: HeaderName = HeaderName::from_static("x-vault-mock");

impl VaultBuilder {
    /// Whether a request can ask for a fault by its header `x-vault-mock`; by default it can.
    ///
    /// The header holds a [`Fault`] as text, such as `status=429; retry-after=30`. It goes before
    /// what is injected, and is no attempt of a script. A value that is no fault is answered with
    /// 400 and the position of the mistake.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use vault_mock::Vault;
    ///
    /// let request = || {
    ///     let request = Request::post("/vault/sessions");
    ///     let request = request.header("x-vault-mock", "status=429; retry-after=30");
    ///     request.body(Bytes::new()).unwrap()
    /// };
    /// let answer = Vault::builder().build().handle(request());
    /// assert_eq!(answer.status(), 429);
    /// assert_eq!(answer.headers()["retry-after"], "30");
    ///
    /// let vault = Vault::builder().directives(false).build();
    /// assert_eq!(vault.handle(request()).status(), 401);
    /// ```
    pub fn directives(mut self, on: bool) -> Self {
        self.settings.rules.directives = on;
        self
    }
}

impl Vault {
    /// What goes wrong with this request: what it asks for itself, or what is injected.
    pub(crate) fn fault_for(&self, head: &Head) -> Option<Drawn> {
        if self.has_directives() && !is_spared(&head.parts) {
            let asked_for = read(&head.parts.headers);
            if let Some(asked_for) = asked_for {
                let fault = asked_for.unwrap_or_else(|why| refusal(&why));
                return Some(Drawn::asked_for(fault));
            }
        }
        self.faults().next(head)
    }
}

fn read(headers: &HeaderMap) -> Option<Result<Fault, String>> {
    let mut values = headers.get_all(&HEADER).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return Some(Err("it is given twice".to_owned()));
    }
    let text = value.to_str().map_err(|_| "it is not ASCII".to_owned());
    let fault = text.and_then(|text| text.parse().map_err(|invalid| format!("{invalid}")));
    Some(fault)
}

/// A mistake in a directive is answered as a mistake in any other header.
fn refusal(why: &str) -> Fault {
    let response = super::injected::invalid_header(HEADER.as_str(), why);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    Fault::status(response.status().as_u16()).body(body)
}
