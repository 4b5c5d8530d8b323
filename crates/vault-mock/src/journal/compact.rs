use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, Response, header::CONTENT_TYPE};

use crate::identity::Head;

/// The texts of one exchange in one piece of memory of its own.
///
/// Handles to hyper's `Bytes` and `HeaderMap` would each keep the connection's whole read buffer.
#[derive(Clone)]
pub(super) struct Compact {
    memory: Bytes,
    uri_end: usize,
    app_end: usize,
    consumer_end: usize,
    headers_end: usize,
    body_end: usize,
}

impl Compact {
    /// Copies the texts into `memory`, whatever was there, if it is not much larger than they are:
    /// the journal counts texts, and holds at most twice as much.
    pub(super) fn of(
        mut memory: BytesMut,
        head: &Head,
        body: &[u8],
        answer: &Response<Bytes>,
    ) -> Self {
        let Head { parts, identity } = head;
        let (app, consumer) = (identity.app_text(), identity.consumer_text());
        let path = parts.uri.path();
        let query = parts.uri.query();
        let answer = kept_answer(answer);
        let length = path.len()
            + query.map_or(0, |query| query.len() + 1)
            + app.len()
            + consumer.len()
            + headers_length(&parts.headers)
            + body.len()
            + answer.len();
        if memory.capacity() > 2 * length {
            memory = BytesMut::new();
        }
        memory.clear();
        memory.reserve(length);
        memory.extend_from_slice(path.as_bytes());
        if let Some(query) = query {
            memory.put_u8(b'?');
            memory.extend_from_slice(query.as_bytes());
        }
        let uri_end = memory.len();
        memory.extend_from_slice(app.as_bytes());
        let app_end = memory.len();
        memory.extend_from_slice(consumer.as_bytes());
        let consumer_end = memory.len();
        for (name, value) in &parts.headers {
            memory.extend_from_slice(name.as_str().as_bytes());
            memory.put_u8(b':');
            memory.extend_from_slice(value.as_bytes());
            memory.put_u8(b'\n');
        }
        let headers_end = memory.len();
        memory.extend_from_slice(body);
        let body_end = memory.len();
        memory.extend_from_slice(answer);
        Self {
            memory: memory.freeze(),
            uri_end,
            app_end,
            consumer_end,
            headers_end,
            body_end,
        }
    }

    /// The memory for another exchange, unless somebody still reads it, or it is too large to lie
    /// idle.
    pub(super) fn reclaim(self) -> Option<BytesMut> {
        const LIMIT: usize = 16 * 1024;
        let memory = self.memory.try_into_mut().ok()?;
        (memory.capacity() <= LIMIT).then_some(memory)
    }

    pub(super) fn len(&self) -> usize {
        self.memory.len()
    }

    pub(super) fn uri(&self) -> &str {
        str::from_utf8(&self.memory[..self.uri_end]).unwrap_or_default()
    }

    pub(super) fn app(&self) -> Option<&str> {
        self.id(self.uri_end..self.app_end)
    }

    pub(super) fn consumer(&self) -> Option<&str> {
        self.id(self.app_end..self.consumer_end)
    }

    /// No ID is empty.
    fn id(&self, range: Range<usize>) -> Option<&str> {
        let text = str::from_utf8(&self.memory[range]).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// Names in lower case, values as they came; a value holds no line feed (RFC 9110 §5.5).
    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let lines = self.memory[self.consumer_end..self.headers_end].split(|byte| *byte == b'\n');
        lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = str::from_utf8(&line[..colon]).ok()?;
            Some((name, &line[colon + 1..]))
        })
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.memory[self.headers_end..self.body_end]
    }

    pub(super) fn answer(&self) -> &[u8] {
        &self.memory[self.body_end..]
    }
}

fn headers_length(headers: &HeaderMap) -> usize {
    let lines = headers.iter();
    lines
        .map(|(name, value)| name.as_str().len() + value.len() + 2)
        .sum()
}

/// Answers in JSON tell what happened; pages and their assets are the same each time.
fn kept_answer(answer: &Response<Bytes>) -> &[u8] {
    let media_type = answer.headers().get(CONTENT_TYPE);
    if media_type.is_some_and(|value| value == "application/json") {
        answer.body()
    } else {
        &[]
    }
}
