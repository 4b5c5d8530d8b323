use askama::Template;

use super::{connection::ConnectionStatus, frame::Frame, route::Visit, theme::initials};
use crate::connections::{Connection, ConnectionId, ConnectionState};

/// The page has a search field for more connections than this.
const MANY: usize = 12;

/// The list of integrations: all that the session is about, or only those that could be added.
#[derive(Template)]
#[template(path = "integrations.html", whitespace = "minimize")]
pub(super) struct Integrations<'a> {
    frame: Frame<'a>,
    heading: &'static str,
    suggestions: bool,
    searchable: bool,
    search: &'a str,
    groups: Vec<Group>,
}

struct Group {
    id: String,
    name: String,
    connections: Vec<Card>,
}

struct Card {
    query_id: String,
    initials: String,
    name: String,
    tag_line: String,
    status: ConnectionStatus,
}

impl<'a> Integrations<'a> {
    pub(super) fn all(visit: &'a Visit<'_>) -> Self {
        Self::of(visit, false)
    }

    pub(super) fn suggestions(visit: &'a Visit<'_>) -> Self {
        Self::of(visit, true)
    }

    fn of(visit: &'a Visit<'_>, suggestions: bool) -> Self {
        let mut connections = visit.connections();
        if suggestions {
            connections.retain(|connection| connection.state() == ConnectionState::Available);
        }
        let searchable = connections.len() > MANY;
        let search = visit.view.search.as_str();
        let wanted = search.to_lowercase();
        connections.retain(|connection| {
            let name = connection.connector().name();
            name.to_lowercase().contains(&wanted)
        });
        Self {
            frame: Frame::of(visit, None),
            heading: if suggestions {
                "Suggestions"
            } else {
                "Integrations"
            },
            suggestions,
            searchable,
            search,
            groups: groups(&connections),
        }
    }
}

/// The connections by Unified API, in the order in which the APIs first appear; what is added
/// comes first.
fn groups(connections: &[Connection]) -> Vec<Group> {
    let mut apis: Vec<_> = Vec::new();
    for connection in connections {
        let api = connection.id().unified_api();
        if !apis.contains(&api) {
            apis.push(api);
        }
    }
    let groups = apis.into_iter().enumerate().map(|(index, api)| {
        let all = connections.iter();
        let mut members: Vec<_> = all.filter(|one| one.id().unified_api() == api).collect();
        members.sort_by_key(|one| one.state() == ConnectionState::Available);
        Group {
            id: format!("group-{index}"),
            name: group_name(api.as_str()),
            connections: members.into_iter().map(Card::of).collect(),
        }
    });
    groups.collect()
}

impl Card {
    fn of(connection: &Connection) -> Self {
        let connector = connection.connector();
        Self {
            query_id: query_id(connection.id()),
            initials: initials(connector.name()),
            name: connector.name().to_owned(),
            tag_line: connector.tag_line().to_owned(),
            status: ConnectionStatus::of(connection),
        }
    }
}

/// An ID as the value of a parameter.
pub(super) fn query_id(id: &ConnectionId) -> String {
    form_urlencoded::byte_serialize(id.to_string().as_bytes()).collect()
}

/// The ID of a Unified API in words: `file-storage` is file storage, `crm` an abbreviation.
pub(super) fn group_name(id: &str) -> String {
    if matches!(id, "ats" | "crm" | "csp" | "hris" | "pos" | "sms") {
        return id.to_uppercase();
    }
    let mut letters = id.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect::<String>().replace('-', " ")
}
