//! The servers that are compared: some sign a token, some repeat one answer.

mod bare;
mod constant;
mod signing;
mod spliced;

use vault_mock::VaultServer;
use vault_sessions::ApiKey;

pub(crate) const API_KEY: &str = "sk_bench";

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Peer {
    VaultServer,
    HyperConstant,
    HyperSpliced,
    HyperSigning,
    HttpmockConstant,
    AxumSigning,
    MockitoConstant,
    WiremockSigning,
}

impl Peer {
    pub(crate) const ALL: [Self; 8] = [
        Self::VaultServer,
        Self::HyperConstant,
        Self::HyperSpliced,
        Self::HyperSigning,
        Self::HttpmockConstant,
        Self::AxumSigning,
        Self::MockitoConstant,
        Self::WiremockSigning,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::VaultServer => "vault-mock, journal and validation on",
            Self::HyperConstant => "hyper, one answer",
            Self::HyperSpliced => "hyper, borrowed parse, spliced claims",
            Self::HyperSigning => "hyper, serde_json, jsonwebtoken",
            Self::HttpmockConstant => "httpmock, one answer",
            Self::AxumSigning => "axum, serde_json, jsonwebtoken",
            Self::MockitoConstant => "mockito, one answer",
            Self::WiremockSigning => "wiremock, serde_json, jsonwebtoken",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|peer| peer.name() == name)
    }

    pub(crate) async fn start(self) -> Server {
        match self {
            Self::VaultServer => Server::VaultServer(vault_mock().await),
            Self::HyperConstant => Server::Port(bare::serve(bare::constant).await),
            Self::HyperSpliced => Server::Port(bare::serve(bare::spliced).await),
            Self::HyperSigning => Server::Port(bare::serve(bare::signing).await),
            Self::AxumSigning => Server::Port(bare::axum().await),
            Self::HttpmockConstant => Server::Httpmock(constant::httpmock().await),
            Self::MockitoConstant => Server::Mockito(constant::mockito().await),
            Self::WiremockSigning => Server::Wiremock(signing::wiremock().await),
        }
    }
}

async fn vault_mock() -> VaultServer {
    let key = ApiKey::new(API_KEY).expect("a key");
    let started = VaultServer::builder().api_key(key).start().await;
    started.expect("a free port")
}

/// A server that runs until it is dropped, or until the process ends.
pub(crate) enum Server {
    VaultServer(VaultServer),
    Port(u16),
    Httpmock(httpmock::MockServer),
    Mockito(mockito::ServerGuard),
    Wiremock(::wiremock::MockServer),
}

impl Server {
    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::VaultServer(mock) => mock.address().port(),
            Self::Port(port) => *port,
            Self::Httpmock(mock) => mock.port(),
            Self::Mockito(mock) => mock.socket_address().port(),
            Self::Wiremock(mock) => mock.address().port(),
        }
    }
}
