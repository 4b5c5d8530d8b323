use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Response, header::CONTENT_TYPE};

use crate::identity::Head;

/// The texts of one exchange in one piece of memory of its own: the head's when it arrives, the rest
/// when it is known.
///
/// Handles to hyper's `Bytes` and `HeaderMap` would each keep the connection's whole read buffer.
#[derive(Clone)]
pub(super) struct Compact {
    memory: Arc<Vec<u8>>,
    uri_end: usize,
    app_end: usize,
    consumer_end: usize,
    headers_end: usize,
    body_end: usize,
}

impl Compact {
    /// Copies a head into `spare`, whatever was there.
    pub(super) fn of(mut spare: Arc<Vec<u8>>, head: &Head) -> Self {
        let Head {
            parts, identity, ..
        } = head;
        let (app, consumer) = (identity.app_text(), identity.consumer_text());
        let path = parts.uri.path();
        let query = parts.uri.query();
        let length = path.len()
            + query.map_or(0, |query| query.len() + 1)
            + app.len()
            + consumer.len()
            + headers_length(&parts.headers);
        let memory = Arc::make_mut(&mut spare);
        memory.clear();
        memory.reserve(length);
        memory.extend_from_slice(path.as_bytes());
        if let Some(query) = query {
            memory.push(b'?');
            memory.extend_from_slice(query.as_bytes());
        }
        let uri_end = memory.len();
        memory.extend_from_slice(app.as_bytes());
        let app_end = memory.len();
        memory.extend_from_slice(consumer.as_bytes());
        let consumer_end = memory.len();
        for (name, value) in &parts.headers {
            memory.extend_from_slice(name.as_str().as_bytes());
            memory.push(b':');
            memory.extend_from_slice(value.as_bytes());
            memory.push(b'\n');
        }
        let headers_end = memory.len();
        Self {
            memory: spare,
            uri_end,
            app_end,
            consumer_end,
            headers_end,
            body_end: headers_end,
        }
    }

    /// Adds what came after the head. Of memory that is much larger than the texts the rest is freed:
    /// the journal holds at most twice as much as it shows.
    pub(super) fn complete(&mut self, body: &[u8], answer: &Response<Bytes>) {
        let answer = kept_answer(answer);
        let memory = Arc::make_mut(&mut self.memory);
        memory.reserve(body.len() + answer.len());
        memory.extend_from_slice(body);
        self.body_end = memory.len();
        memory.extend_from_slice(answer);
        if memory.capacity() > 2 * memory.len() {
            memory.shrink_to_fit();
        }
    }

    /// The memory for another exchange, unless somebody still reads it, or it is too large to lie
    /// idle.
    pub(super) fn reclaim(mut self) -> Option<Arc<Vec<u8>>> {
        const LIMIT: usize = 16 * 1024;
        let memory = Arc::get_mut(&mut self.memory)?;
        (memory.capacity() <= LIMIT).then_some(self.memory)
    }

    /// Bytes that are taken.
    pub(super) fn memory(&self) -> usize {
        self.memory.capacity()
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
