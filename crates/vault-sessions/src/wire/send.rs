use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use zeroize::Zeroizing;

use super::base_uri::BaseUri;
use crate::{request::CreateSession, values::ApiKey};

/// The header that carries the app ID: `x-apideck-app-id` (feature `http`).
pub const APP_ID: HeaderName = HeaderName::from_static("x-apideck-app-id");

/// The header that carries the consumer ID: `x-apideck-consumer-id` (feature `http`).
pub const CONSUMER_ID: HeaderName = HeaderName::from_static("x-apideck-consumer-id");

impl CreateSession {
    /// The request for any HTTP stack: `POST {base}/vault/sessions` (feature `http`).
    ///
    /// `Authorization` is marked sensitive, so that stacks which honour the mark keep it out of
    /// their logs and out of HTTP/2's compression table.
    ///
    /// It cannot fail or panic: base URI, IDs and key are checked when they are made.
    #[must_use]
    pub fn to_http(&self, base: &BaseUri, key: &ApiKey) -> Request<Bytes> {
        let mut request = Request::new(Bytes::from(self.body()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = base.join(Self::PATH);
        self.write_headers(key, request.headers_mut());
        request
    }

    fn write_headers(&self, key: &ApiKey, headers: &mut HeaderMap) {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let credentials = Zeroizing::new(format!("Bearer {}", key.expose_secret()));
        let mut authorization = field_value(&credentials);
        authorization.set_sensitive(true);
        headers.reserve(5);
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(APP_ID, field_value(self.app_id().as_str()));
        headers.insert(CONSUMER_ID, field_value(self.consumer_id().as_str()));
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, JSON);
    }
}

fn field_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("checked to be an HTTP field value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{AppId, ConsumerId};

    #[test]
    fn carries_ids_key_and_body() {
        let request = CreateSession::builder()
            .app_id(AppId::from_static("app"))
            .consumer_id(ConsumerId::from_static("a b"))
            .build()
            .to_http(&BaseUri::default(), &ApiKey::new("secret").unwrap());
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.headers()[APP_ID], "app");
        assert_eq!(request.headers()[CONSUMER_ID], "a b");
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer secret");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert_eq!(&request.body()[..], b"{}");
        assert!(!format!("{request:?}").contains("secret"));
    }

    #[test]
    fn carries_every_character_that_an_id_or_a_key_may_have() {
        let visible: String = ('!'..='~').collect();
        let id = format!("{visible} \t{visible}");
        let request = CreateSession::builder()
            .app_id(id.parse::<AppId>().unwrap())
            .consumer_id(id.parse::<ConsumerId>().unwrap())
            .build()
            .to_http(&BaseUri::default(), &ApiKey::new(&visible).unwrap());
        assert_eq!(request.headers()[APP_ID], id);
        assert_eq!(request.headers()[CONSUMER_ID], id);
        let authorization = request.headers()[AUTHORIZATION].to_str().unwrap();
        assert_eq!(authorization.strip_prefix("Bearer "), Some(&*visible));
    }
}
