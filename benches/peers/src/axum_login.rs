//! axum-login 0.18, on the tower-sessions 0.14 that it pins: users, groups and permissions from hash maps.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    sync::Arc,
};

use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use axum_login::{
    AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, AuthzBackend, login_required, permission_required,
};
use http::StatusCode;
use portcullis_bench_harness::{
    request::ROUTE,
    token::{PERMISSIONS, REQUIRED, ROLES},
};
use tower_sessions014::{MemoryStore, SessionManagerLayer};

use crate::{
    peer::{Credential, Peer},
    people::{self, HOLDER, OTHERS, UNENTITLED},
    sessions::name,
    sign_in::{self, sign_in},
};

/// Signed in, one permission, three permissions.
pub(crate) fn peers() -> Vec<Peer> {
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    let login = AuthManagerLayerBuilder::new(Backend::of_all(), sessions).build();

    let entrance = Router::new().route(sign_in::ROUTE, post(enter)).layer(login.clone());
    let [holder, unentitled] = [HOLDER, UNENTITLED].map(|person| sign_in(&entrance, person));
    OTHERS.for_each(|person| drop(sign_in(&entrance, person)));

    let route = || Router::new().route(ROUTE, get(async || "ok"));
    let anonymous = |status| (Credential::Anonymous, status);
    vec![
        Peer::new(
            "peer_axum_login_login",
            "axum-login 0.18: `login_required!`, session and user from memory",
            route().route_layer(login_required!(Backend)).layer(login.clone()),
            holder.clone(),
            [anonymous(401)],
        ),
        Peer::new(
            "peer_axum_login_permission",
            "axum-login 0.18: `permission_required!` with one, user and permissions from memory",
            route().route_layer(permission_required!(Backend, REQUIRED)).layer(login.clone()),
            holder.clone(),
            [anonymous(403), (unentitled.clone(), 403)],
        ),
        Peer::new(
            "peer_axum_login_permissions3",
            "axum-login 0.18: `permission_required!` with three, user and permissions from memory",
            route()
                .route_layer(permission_required!(Backend, PERMISSIONS[0], PERMISSIONS[1], PERMISSIONS[2]))
                .layer(login),
            holder,
            [anonymous(403), (unentitled, 403)],
        ),
    ]
}

async fn enter(Path(person): Path<u32>, mut session: AuthSession<Backend>) -> Result<(), StatusCode> {
    let user = session.authenticate(person).await.ok().flatten().ok_or(StatusCode::UNAUTHORIZED)?;
    session.login(&user).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

#[derive(Clone)]
struct Backend(Arc<Store>);

struct Store {
    users: HashMap<u32, User>,
    groups: HashMap<u32, &'static [&'static str]>,
    permissions: HashMap<&'static str, HashSet<Permission>>,
}

#[derive(Clone, Debug)]
struct User {
    id: u32,
    #[expect(dead_code, reason = "a user record has one")]
    name: String,
    password_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Permission(String);

impl Backend {
    fn of_all() -> Self {
        let permissions_of = |role| people::permissions_of(role).iter().copied().map(Permission::from).collect();
        Self(Arc::new(Store {
            users: people::all().map(|person| (person, User::new(person))).collect(),
            groups: people::all().map(|person| (person, people::roles(person))).collect(),
            permissions: ROLES.into_iter().map(|role| (role, permissions_of(role))).collect(),
        }))
    }
}

impl User {
    fn new(person: u32) -> Self {
        Self { id: person, name: name(person), password_hash: person.to_be_bytes().repeat(8) }
    }
}

impl From<&str> for Permission {
    fn from(permission: &str) -> Self {
        Self(permission.to_owned())
    }
}

impl AuthUser for User {
    type Id = u32;

    fn id(&self) -> u32 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.password_hash
    }
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = u32;
    type Error = Infallible;

    async fn authenticate(&self, person: u32) -> Result<Option<User>, Infallible> {
        self.get_user(&person).await
    }

    async fn get_user(&self, person: &u32) -> Result<Option<User>, Infallible> {
        Ok(self.0.users.get(person).cloned())
    }
}

impl AuthzBackend for Backend {
    type Permission = Permission;

    async fn get_group_permissions(&self, user: &User) -> Result<HashSet<Permission>, Infallible> {
        let groups = self.0.groups.get(&user.id).copied().unwrap_or_default();
        Ok(groups.iter().filter_map(|group| self.0.permissions.get(group)).flatten().cloned().collect())
    }
}
