//! What is read of JSON is read of other formats too, and by every way in which serde hands it over.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    time::{Duration, SystemTime},
};

use ciborium::Value as Cbor;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vault_sessions::{Claims, ErrorBody, Session, SessionCreated};

fn through_cbor<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    ciborium::from_reader(&bytes[..]).unwrap()
}

#[test]
fn times_are_read_of_whichever_number_a_format_has() {
    let claims = |exp: &str| {
        let text =
            format!("consumer_id = 'c'\napplication_id = 'a'\niat = 1700000000\nexp = {exp}");
        toml::from_str::<Claims>(&text)
    };
    for (exp, millis) in [
        ("1700000001", 1_700_000_001_000),
        ("1700000001.5", 1_700_000_001_500),
        ("1.7e9", 1_700_000_000_000),
        ("0", 0),
        ("-0.0", 0),
    ] {
        let claims = claims(exp).unwrap();
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(claims.expires_at(), expiry, "{exp}");
        assert_eq!(through_cbor(&claims), claims, "{exp}");
    }
    for exp in [
        "-1",
        "-0.5",
        "253402300800",
        "nan",
        "inf",
        "'1'",
        "true",
        "[]",
        "{}",
        "1979-05-27",
    ] {
        assert!(claims(exp).is_err(), "{exp}");
    }
    let before = claims("-1").unwrap_err();
    assert!(
        before.to_string().contains("a time before 1970"),
        "{before}"
    );
}

/// What serde reads into a buffer first, since its members are not known yet.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat<T> {
    name: String,
    #[serde(flatten)]
    rest: T,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged<T> {
    One(T),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Other(u8),
    One(T),
}

fn through_buffers<T>(value: &T)
where
    T: Clone + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let flat = Flat {
        name: "n".to_owned(),
        rest: value.clone(),
    };
    let tagged = Tagged::One(value.clone());
    let untagged = Untagged::One(value.clone());
    same_through_json(&flat);
    same_through_json(&tagged);
    same_through_json(&untagged);
    assert_eq!(through_cbor(&flat), flat);
    assert_eq!(through_cbor(&tagged), tagged);
    assert_eq!(through_cbor(&untagged), untagged);
    assert_eq!(through_cbor(value), *value);
    same_through_json(value);
}

fn same_through_json<T: Debug + PartialEq + Serialize + DeserializeOwned>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    assert_eq!(
        &serde_json::from_reader::<_, T>(text.as_bytes()).unwrap(),
        value
    );
    let tree = serde_json::to_value(value).unwrap();
    assert_eq!(&T::deserialize(&tree).unwrap(), value);
    assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), value);
}

/// With `serde_json/arbitrary_precision` in the graph a number comes as an object.
#[test]
fn a_number_is_a_number_in_every_buffer_and_format() {
    let anything = r#"{"a":1,"b":[-1.5,{"c":18446744073709551615}],"d":-9223372036854775808,
        "e":{"f":0.1},"g":-0.0,"h":1e300,"i":null,"j":"1","k":{}}"#;
    let session = format!(
        r#"{{"custom_consumer_settings":{anything},"settings":{{"new":{anything}}},"x":{anything},"y":2.5}}"#
    );
    let session: Session = serde_json::from_str(&session).unwrap();
    through_buffers(&session);

    let claims = |exp: &str| {
        format!(r#"{{"consumer_id":"c","application_id":"a","iat":1,"exp":{exp},"x":{anything}}}"#)
    };
    for exp in ["2", "1.5", "1.7e9", "1700000000.25"] {
        let claims: Claims = serde_json::from_str(&claims(exp)).unwrap();
        through_buffers(&claims);
    }
    let tagged = claims("1.7e9").replacen('{', r#"{"kind":"One","#, 1);
    let Tagged::<Claims>::One(claims) = serde_json::from_str(&tagged).unwrap();
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    assert_eq!(claims.expires_at(), expiry);

    for detail in [anything, "[1.5,2]", "2.5"] {
        let body = format!(r#"{{"message":"m","detail":{detail},"x":{anything}}}"#);
        let body: ErrorBody = serde_json::from_str(&body).unwrap();
        through_buffers(&body);
    }
    let created = format!(
        r#"{{"status":"OK","data":{{"session_uri":"https://a/b","session_token":"e.e.e","x":{anything}}},"y":{anything}}}"#
    );
    let created: SessionCreated = serde_json::from_str(&created).unwrap();
    assert_eq!(through_cbor(&created), created);
}

#[test]
fn other_formats_get_numbers() {
    let session: Session =
        serde_json::from_str(r#"{"x":[1,1.5,-2,1.50,1e3,-0,18446744073709551616]}"#).unwrap();
    let mut bytes = Vec::new();
    ciborium::into_writer(&session, &mut bytes).unwrap();
    let read: BTreeMap<String, Vec<Cbor>> = ciborium::from_reader(&bytes[..]).unwrap();
    let numbers = [
        Cbor::from(1),
        Cbor::from(1.5),
        Cbor::from(-2),
        Cbor::from(1.5),
        Cbor::from(1000.0),
        Cbor::from(-0.0),
        Cbor::from(1.844_674_407_370_955_2e19),
    ];
    assert_eq!(read["x"], numbers);

    let expected: toml::Value =
        toml::from_str("x = [1, 1.5, -2, 1.5, 1e3, -0.0, 18446744073709551616.0]").unwrap();
    let written = toml::Value::try_from(&session).unwrap();
    assert_eq!(written, expected);
    let read: Session = written.try_into().unwrap();
    let numbers = read.extra["x"].as_array().unwrap().iter();
    let numbers: Vec<_> = numbers.map(|number| number.as_f64().unwrap()).collect();
    assert_eq!(
        numbers,
        [1.0, 1.5, -2.0, 1.5, 1000.0, 0.0, 1.844_674_407_370_955_2e19]
    );
}

#[test]
fn what_json_cannot_say_is_refused_and_never_replaced() {
    for number in ["inf", "-inf", "nan"] {
        for text in [
            format!("x = {number}"),
            format!("custom_consumer_settings = {{ x = [{number}] }}"),
            format!("settings = {{ x = {{ y = {number} }} }}"),
        ] {
            let error = toml::from_str::<Session>(&text).unwrap_err();
            assert!(error.to_string().contains("number out of range"), "{error}");
        }
    }
}
