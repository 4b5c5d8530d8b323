use std::time::Duration;

use vault_mock::{Matching, Validation, fault::fail};
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
