use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use vault_mock::{AroundExpiry, Matching, RemoteVault, Validation, VaultServer, fault::fail};
use vault_sessions::{ApiKey, AppId};

use crate::{remote, request};

const SHOP: AppId = AppId::from_static("shop");

#[tokio::test]
async fn a_tenant_is_a_mock_of_its_own() {
    let (server, vault) = remote().await;
    let key = ApiKey::new("the-shops").unwrap();
    let shop = vault
        .add_tenant(SHOP)
        .api_key(key.clone())
        .rules(|rules| rules.validation = Validation::Off)
        .await
        .unwrap();
    assert_eq!((shop.app_id(), shop.api_key()), (Some(&SHOP), &key));
    assert_eq!(vault.tenant_apps().await.unwrap(), [SHOP]);
    assert_eq!(vault.rules().await.unwrap().validation, Validation::Strict);

    shop.clock().advance(Duration::from_secs(60)).await.unwrap();
    shop.faults().inject(fail(503).times(1)).await.unwrap();
    let refused = shop
        .create_session(&request("shop", "c"))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(refused.status(), 503);
    // As in process, the server's own handle leads to the tenant, too.
    vault
        .create_session(&request("shop", "c"))
        .await
        .unwrap()
        .unwrap();
    vault
        .create_session(&request("other", "c"))
        .await
        .unwrap()
        .unwrap();
    shop.expect(Matching::sessions()).times(1).verify().await;
    vault.expect(Matching::sessions()).times(1).verify().await;
    let own = server.tenant(&SHOP).unwrap();
    assert_eq!(shop.clock().now().await.unwrap(), own.clock().now());
    assert_eq!(
        server.clock().now() + Duration::from_secs(60),
        own.clock().now()
    );

    shop.change_rules(|rules| rules.validation = Validation::Strict)
        .await
        .unwrap();
    shop.reset().await.unwrap();
    assert_eq!(shop.rules().await.unwrap().validation, Validation::Off);
    let again = shop.tenant(&SHOP).await.unwrap().unwrap();
    assert_eq!(again.api_key(), &key);
    assert!(
        vault
            .tenant(&AppId::from_static("nobody"))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_token_of_a_tenant_is_judged_by_it_and_moves_its_clock_only() {
    let (server, vault) = remote().await;
    let shop = vault.add_tenant(SHOP).await.unwrap();
    let created = vault
        .create_session(&request("shop", "c"))
        .await
        .unwrap()
        .unwrap();
    let token = created.token();
    let before = server.clock().now();
    let refused = vault
        .clock()
        .set_around_expiry(token, AroundExpiry::At)
        .await
        .unwrap_err();
    assert_eq!(refused.status().unwrap(), 409);
    assert!(refused.to_string().contains("shop"), "{refused}");
    assert_eq!(server.clock().now(), before);

    assert!(vault.verify(token).await.unwrap().is_ok());
    shop.clock()
        .set_around_expiry(token, AroundExpiry::At)
        .await
        .unwrap();
    for handle in [&vault, &shop] {
        assert!(
            handle
                .verify(token)
                .await
                .unwrap()
                .unwrap_err()
                .is_expired()
        );
    }
}

#[tokio::test]
async fn a_handle_that_outlives_its_tenant_does_not_steer_the_others_mock() {
    let (server, vault) = remote().await;
    let shop = vault.add_tenant(SHOP).await.unwrap();
    assert!(vault.remove_tenant(&SHOP).await.unwrap());
    vault
        .create_session(&request("other", "c"))
        .await
        .unwrap()
        .unwrap();

    let error = shop.reset().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert!(
        error
            .to_string()
            .ends_with("the app shop has no mock of its own"),
        "{error}"
    );
    assert!(shop.clock().freeze().await.is_err() && shop.journal().clear().await.is_err());
    assert_eq!(server.journal().len(), 1);
}

/// Passes connections on, and keeps what each began with.
async fn relay(to: SocketAddr) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut begin = vec![0; 4096];
            let length = client.read(&mut begin).await.unwrap();
            let head = String::from_utf8_lossy(&begin[..length]).into_owned();
            kept.lock().unwrap().push(head);
            let mut server = TcpStream::connect(to).await.unwrap();
            server.write_all(&begin[..length]).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
    });
    (uri, heads)
}

/// A balancer that hashes by app reads headers and queries, and no bodies. What comes without an app is
/// the same at all servers behind it.
#[tokio::test]
async fn every_call_about_an_app_names_it_outside_of_the_body() {
    let server = VaultServer::start().await;
    let (uri, heads) = relay(server.address()).await;
    let vault = RemoteVault::connect(uri).await.unwrap();
    let tenant = vault
        .add_tenant(SHOP)
        .rules(|rules| rules.request_limit = Some(9))
        .await
        .unwrap();
    assert!(vault.tenant(&SHOP).await.unwrap().is_some());
    tenant.reset().await.unwrap();
    tenant
        .create_session(&request("shop", "c"))
        .await
        .unwrap()
        .unwrap();
    assert!(vault.remove_tenant(&SHOP).await.unwrap());

    let heads = heads.lock().unwrap();
    let unnamed = heads.iter().filter(|head| {
        let head = head.split("\r\n\r\n").next().unwrap();
        !head.contains("x-apideck-app-id: shop") && !head.contains("app_id=shop")
    });
    let mut unnamed: Vec<_> = unnamed.filter_map(|head| head.lines().next()).collect();
    unnamed.sort_unstable();
    assert_eq!(
        unnamed,
        [
            "GET /__vault_mock/client HTTP/1.1",
            "GET /__vault_mock/health HTTP/1.1",
            "GET /__vault_mock/settings HTTP/1.1",
        ]
    );
    assert!(heads.len() > 8, "{}", heads.len());
}
