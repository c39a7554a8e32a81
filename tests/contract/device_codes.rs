//! Devices that wait for a person.

use portcullis_core::UserId;
use portcullis_provider::port::{
    DEVICE_SLOW_DOWN, DeviceCodes, DeviceDecision, DevicePoll, DeviceRequest, Digest, Granted,
};
use uuid::Uuid;

use crate::store::{NOW, Store};

const INTERVAL: i64 = 5;

fn request() -> DeviceRequest {
    DeviceRequest {
        client_id: "tv".into(),
        scopes: vec!["openid".into()],
        organization: Some("acme".into()),
        resources: vec!["https://api.example".into()],
    }
}

fn granted() -> Box<Granted> {
    Box::new(Granted {
        client_id: "tv".into(),
        user: UserId::from_uuid(Uuid::nil()),
        scopes: vec!["openid".into()],
        organization: Some("acme".into()),
        resources: vec!["https://api.example".into()],
        auth_time: NOW,
        amr: vec!["pwd".into()],
        sid: "s".into(),
        family: "f".into(),
        jkt: None,
    })
}

/// A device that waits until `NOW + 600`, by its two codes.
async fn device(store: &Store) -> (Digest, Digest) {
    let (device_code, user_code) = (Digest::of("device code"), Digest::of("user code"));
    let kept = store.database.insert_device(&device_code, &user_code, &request(), INTERVAL, NOW + 600).await;
    assert!(kept.unwrap());
    (device_code, user_code)
}

async fn poll(store: &Store, device_code: &Digest, now: i64) -> DevicePoll {
    store.database.poll_device(device_code, "tv", now).await.unwrap()
}

pub(crate) async fn a_device_waits_until_its_person_decides(store: &Store) {
    let (device_code, user_code) = device(store).await;
    assert_eq!(store.database.device_request(&user_code, NOW).await.unwrap(), Some(request()));
    assert_eq!(store.database.device_request(&device_code, NOW).await.unwrap(), None);
    assert_eq!(poll(store, &device_code, NOW).await, DevicePoll::Pending);
    assert!(!store.database.redeem_device(&device_code, "tv", NOW).await.unwrap());
    let decision = DeviceDecision::Granted(granted());
    assert!(store.database.decide_device(&user_code, &decision, NOW + 1).await.unwrap());
    // What is decided is told at once.
    for _ in 0..2 {
        assert_eq!(poll(store, &device_code, NOW + 1).await, DevicePoll::Granted(granted()));
    }
    assert!(!store.database.redeem_device(&device_code, "another", NOW + 1).await.unwrap());
    assert!(store.database.redeem_device(&device_code, "tv", NOW + 1).await.unwrap());
    assert!(!store.database.redeem_device(&device_code, "tv", NOW + 1).await.unwrap());
    assert_eq!(poll(store, &device_code, NOW + 1).await, DevicePoll::Unknown);
}

pub(crate) async fn a_request_is_decided_once(store: &Store) {
    let (device_code, user_code) = device(store).await;
    assert!(store.database.decide_device(&user_code, &DeviceDecision::Denied, NOW).await.unwrap());
    let late = DeviceDecision::Granted(granted());
    assert!(!store.database.decide_device(&user_code, &late, NOW).await.unwrap());
    assert_eq!(store.database.device_request(&user_code, NOW).await.unwrap(), None);
    for _ in 0..2 {
        assert_eq!(poll(store, &device_code, NOW).await, DevicePoll::Denied);
        assert!(!store.database.redeem_device(&device_code, "tv", NOW).await.unwrap());
    }
}

pub(crate) async fn of_many_deciders_one_decides(store: &Store) {
    let (_, user_code) = device(store).await;
    let deciders: Vec<_> = (0..16)
        .map(|_| {
            let (database, user_code) = (store.database.clone(), user_code.clone());
            tokio::spawn(async move { database.decide_device(&user_code, &DeviceDecision::Denied, NOW).await.unwrap() })
        })
        .collect();
    let mut decided = 0;
    for decider in deciders {
        decided += usize::from(decider.await.unwrap());
    }
    assert_eq!(decided, 1);
}

pub(crate) async fn of_many_redeemers_one_redeems(store: &Store) {
    let (device_code, user_code) = device(store).await;
    store.database.decide_device(&user_code, &DeviceDecision::Granted(granted()), NOW).await.unwrap();
    let redeemers: Vec<_> = (0..16)
        .map(|_| {
            let (database, device_code) = (store.database.clone(), device_code.clone());
            tokio::spawn(async move { database.redeem_device(&device_code, "tv", NOW).await.unwrap() })
        })
        .collect();
    let mut redeemed = 0;
    for redeemer in redeemers {
        redeemed += usize::from(redeemer.await.unwrap());
    }
    assert_eq!(redeemed, 1);
}

pub(crate) async fn polling_too_soon_lengthens_the_interval_for_good(store: &Store) {
    let (device_code, _) = device(store).await;
    assert_eq!(poll(store, &device_code, NOW).await, DevicePoll::Pending);
    assert_eq!(poll(store, &device_code, NOW + INTERVAL).await, DevicePoll::Pending, "just in time");
    let mut now = NOW + INTERVAL + INTERVAL - 1;
    assert_eq!(poll(store, &device_code, now).await, DevicePoll::SlowDown);
    let longer = INTERVAL + DEVICE_SLOW_DOWN;
    now += longer;
    assert_eq!(poll(store, &device_code, now).await, DevicePoll::Pending);
    now += longer - 1;
    assert_eq!(poll(store, &device_code, now).await, DevicePoll::SlowDown, "still longer after one in time");
    now += longer + DEVICE_SLOW_DOWN;
    assert_eq!(poll(store, &device_code, now).await, DevicePoll::Pending);
}

pub(crate) async fn of_many_polls_at_once_one_is_in_time(store: &Store) {
    let (device_code, _) = device(store).await;
    let polls: Vec<_> = (0..16)
        .map(|_| {
            let (database, device_code) = (store.database.clone(), device_code.clone());
            tokio::spawn(async move { database.poll_device(&device_code, "tv", NOW).await.unwrap() })
        })
        .collect();
    let (mut pending, mut slowed) = (0, 0);
    for poll in polls {
        match poll.await.unwrap() {
            DevicePoll::Pending => pending += 1,
            DevicePoll::SlowDown => slowed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((pending, slowed), (1, 15));
    let longer = INTERVAL + 15 * DEVICE_SLOW_DOWN;
    assert_eq!(poll(store, &device_code, NOW + longer).await, DevicePoll::Pending, "none of them was lost");
}

pub(crate) async fn expired_and_unknown_devices_are_told_apart(store: &Store) {
    let (device_code, user_code) = device(store).await;
    assert_eq!(poll(store, &device_code, NOW + 599).await, DevicePoll::Pending);
    assert_eq!(poll(store, &device_code, NOW + 600).await, DevicePoll::Expired);
    assert_eq!(store.database.device_request(&user_code, NOW + 600).await.unwrap(), None);
    assert!(!store.database.decide_device(&user_code, &DeviceDecision::Denied, NOW + 600).await.unwrap());
    assert_eq!(poll(store, &Digest::of("another"), NOW).await, DevicePoll::Unknown);
    let decision = DeviceDecision::Granted(granted());
    assert!(store.database.decide_device(&user_code, &decision, NOW + 599).await.unwrap());
    assert!(!store.database.redeem_device(&device_code, "tv", NOW + 600).await.unwrap());
    assert_eq!(poll(store, &device_code, NOW + 600).await, DevicePoll::Expired);
}

pub(crate) async fn a_taken_user_code_is_refused(store: &Store) {
    let (_, user_code) = device(store).await;
    let other = DeviceRequest { client_id: "another".into(), ..request() };
    let kept = store.database.insert_device(&Digest::of("other"), &user_code, &other, INTERVAL, NOW + 600).await;
    assert!(!kept.unwrap());
    assert_eq!(store.database.device_request(&user_code, NOW).await.unwrap(), Some(request()));
}

pub(crate) async fn another_clients_poll_changes_nothing(store: &Store) {
    let (device_code, _) = device(store).await;
    assert_eq!(poll(store, &device_code, NOW).await, DevicePoll::Pending);
    for client_id in ["another", "TV", ""] {
        let told = store.database.poll_device(&device_code, client_id, NOW + 1).await.unwrap();
        assert_eq!(told, DevicePoll::Unknown);
    }
    assert_eq!(poll(store, &device_code, NOW + INTERVAL).await, DevicePoll::Pending);
}
