use std::{mem, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header::CONTENT_LENGTH, request::Parts};

use crate::{
    admin,
    api::{self, Unread},
    fault::{self, Broken, Drawn, Effect, Fault, Reply, TokenAge},
    identity::Head,
    journal::{End, Recorded},
    rules::Counted,
    serve::LineState,
    tenure::Lease,
    trace,
    vault::Vault,
};

/// A request whose head has arrived, at the mock that it belongs to.
///
/// The journal has it from here on. What becomes of it is said once: it is answered, or whoever drops
/// it says by that that nobody waits for the answer any more.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) vault: Vault,
    pub(crate) head: Head,
    pub(crate) fault: Option<Drawn>,
    /// Of the answer, once there is one.
    status: Option<StatusCode>,
    traces: Traces,
    /// The connection that it came on, if it came on one.
    line: Option<Arc<LineState>>,
}

/// What a request leaves behind.
#[derive(Clone, Copy, Debug)]
enum Traces {
    /// Nothing: it is the operator's, or has left what it leaves.
    None,
    /// It is counted, but the page has made it by itself: the journal is about what people do.
    Count,
    /// The entry in the journal with this number.
    Entry(u64),
}

impl Vault {
    /// Answers a request as the service would, and records both in the journal.
    ///
    /// A text becomes a body by `.into()`. The request meets injected faults, with two exceptions, since
    /// this cannot wait and has no connection.
    /// It skips delays, and answers 500 for faults that only a connection can show. To wait for delays and
    /// hooks, use [`call`](Self::call).
    ///
    /// ```
    /// use vault_mock::{Vault, http::Request};
    ///
    /// let vault = Vault::builder().build();
    /// let request = Request::post("/vault/sessions").body("{}".into())?;
    /// assert_eq!(vault.handle(request).status(), 401);
    /// # Ok::<(), vault_mock::http::Error>(())
    /// ```
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let (arrived, lease) = self.arrive(parts, None);
        match arrived.answer(&body, None, lease) {
            Reply::Whole(response) => response,
            Reply::Broken(broken) => {
                let fault = Fault::from(broken.effect().clone());
                let arrived = broken.finish();
                arrived.dated(fault::only_on_a_connection(&fault))
            }
            Reply::Ended => unreachable!("nobody waits who could be ended"),
        }
    }

    /// Records a request whose head has arrived, and says until when it may be held.
    pub(crate) fn arrive(&self, parts: Parts, line: Option<Arc<LineState>>) -> (Arrived, Lease) {
        let mut head = Head::from(parts);
        if let Some(line) = &line {
            head.peer = line.peer;
        }
        let vault = self.for_request(&head);
        let (number, lease);
        let traces = if admin::is_admin(&vault, &head.parts) {
            lease = vault.journal().lease();
            Traces::None
        } else if is_background(&head.parts) {
            lease = vault.journal().lease();
            Traces::Count
        } else {
            (number, lease) = vault.journal().arrive(&head, vault.clock().now());
            Traces::Entry(number)
        };
        let fault = vault.fault_for(&head);
        let lease = lease.and(fault.as_ref().and_then(Drawn::lease));
        let arrived = Arrived {
            fault,
            vault,
            head,
            status: None,
            traces,
            line,
        };
        (arrived, lease)
    }
}

impl Arrived {
    /// The answer that comes instead of the true one, if the fault is a whole answer.
    pub(crate) fn substitute(&self) -> Option<Response<Bytes>> {
        let effect = self.fault.as_ref()?.fault.effect();
        fault::substitute(effect, self.vault.clock())
    }

    /// Answers, unless a hook has `answered`.
    pub(crate) fn answer(
        mut self,
        body: &Bytes,
        answered: Option<Response<Bytes>>,
        lease: Lease,
    ) -> Reply {
        if let Some(response) = self.substitute() {
            return self.whole(body, response);
        }
        let response = match answered {
            Some(response) => response,
            None => self.respond(Ok(body)),
        };
        let is_dripped = self.fault.as_ref().is_some_and(Drawn::is_dripped);
        let end = (!is_dripped).then_some(End::Answered);
        let response = self.complete(body, response, end);
        let effect = match &self.fault {
            Some(drawn) => drawn.fault.effect(),
            None => &Effect::Nothing,
        };
        match fault::spoil(effect, response) {
            Ok(response) => Reply::Whole(response),
            Err(played) => Reply::Broken(Box::new(Broken::new(played, self, lease))),
        }
    }

    /// Refuses a request whose body was not read to its end.
    pub(crate) fn refuse_unread(mut self, unread: Unread) -> Reply {
        if matches!(unread, Unread::Left) {
            self.end(End::Abandoned);
        }
        let response = self.respond(Err(unread));
        self.whole(&[], response)
    }

    /// Says that a reset has ended it, or the end of what it was held by.
    pub(crate) fn end_by_reset(mut self) -> Reply {
        self.end(End::Reset);
        Reply::Ended
    }

    /// Says how it has ended; later ends change nothing.
    pub(crate) fn end(&mut self, end: End) {
        self.end_with(end, |_| {});
    }

    fn end_with(&mut self, end: End, change: impl FnOnce(&mut Recorded)) {
        let ended = match mem::replace(&mut self.traces, Traces::None) {
            Traces::None => return,
            Traces::Count => None,
            Traces::Entry(number) => self.vault.journal().end(number, end, change),
        };
        if let Some(entry) = &ended {
            trace::ended(entry);
        }
        let Parts {
            method, headers, ..
        } = &self.head.parts;
        if !api::is_preflight(method, headers) {
            self.vault.metrics().count(end, self.status);
        }
    }

    fn respond(&self, body: Result<&Bytes, Unread>) -> Response<Bytes> {
        let Self { vault, head, .. } = self;
        if admin::is_admin(vault, &head.parts) {
            return admin::respond(vault, head, body);
        }
        let counted = vault.rate_limiter().count(head, vault.clock());
        let exceeded = counted.as_ref().and_then(Counted::exceeded);
        let mut response = match (body, exceeded) {
            (Err(unread), _) => api::refuse_unread(vault, unread),
            (Ok(body), _) if body.len() > vault.body_limit() => {
                api::refuse_unread(vault, Unread::TooLarge)
            }
            (Ok(_), Some(limit)) => fault::too_many_requests(limit),
            (Ok(body), None) => {
                let effect = self.fault.as_ref().map(|drawn| drawn.fault.effect());
                let token_age = effect.and_then(TokenAge::asked_for);
                api::respond(vault, head, body, token_age)
            }
        };
        if let Some(counted) = counted {
            counted.write(&mut response);
        }
        response
    }

    fn whole(mut self, body: &[u8], response: Response<Bytes>) -> Reply {
        let response = self.complete(body, response, Some(End::Answered));
        Reply::Whole(response)
    }

    /// Gives the journal what there is to say of the answer, and the answer what all have. Without an
    /// `end` the request is still in flight.
    fn complete(
        &mut self,
        body: &[u8],
        response: Response<Bytes>,
        end: Option<End>,
    ) -> Response<Bytes> {
        self.status = Some(response.status());
        let traces = self.traces;
        let fault = self.fault.as_ref().map(|drawn| &drawn.fault);
        let fault = fault.filter(|fault| *fault.effect() != Effect::Nothing);
        let fault = fault.map(Fault::to_string);
        let change = |entry: &mut Recorded| entry.complete(body, &response, fault);
        match (end, traces) {
            (Some(end), _) => self.end_with(end, change),
            (None, Traces::Entry(number)) => self.vault.journal().change(number, change),
            (None, _) => {}
        }
        let response = match traces {
            Traces::Entry(_) => api::share(response, &self.head.parts),
            Traces::None | Traces::Count => response,
        };
        self.dated(response)
    }

    /// Gives an answer what all have, and takes what it must not have: to HEAD, a body (RFC 9110
    /// §9.3.2).
    fn dated(&self, mut response: Response<Bytes>) -> Response<Bytes> {
        if self.head.parts.method == Method::HEAD {
            let body = mem::take(response.body_mut());
            if !body.is_empty() {
                let headers = response.headers_mut();
                headers.insert(CONTENT_LENGTH, body.len().into());
            }
        }
        api::date(response, self.vault.clock())
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        let is_cut = self.line.as_ref().is_some_and(|line| line.is_cut());
        self.end(if is_cut { End::Cut } else { End::Abandoned });
    }
}

#[cfg(feature = "page")]
use crate::page::is_background;

#[cfg(not(feature = "page"))]
fn is_background(_: &Parts) -> bool {
    false
}
