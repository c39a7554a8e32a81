//! What many ask at one time, asked of the database as one: the statements of codes, refresh tokens and sign-ons, of
//! which a busy authorization server needs thousands a second.
//!
//! | file | holds |
//! | --- | --- |
//! | [`queue`] | who asks while the database works, gathers |
//! | [`statement`] | a statement for many rows |
//! | [`families`] | the families of tokens, held while something of theirs is written |
//! | [`sign_ons`] | the sign-ons of browsers |
//! | [`new_codes`] | codes to keep |
//! | [`asked_codes`] | codes that somebody wants to redeem |
//! | [`used_codes`] | codes that are redeemed, with the first refresh tokens |
//! | [`asked_refresh`] | refresh tokens that somebody wants to use |
//! | [`rotations`] | refresh tokens that are replaced |

mod asked_codes;
mod asked_refresh;
mod families;
mod new_codes;
mod queue;
mod rotations;
mod sign_ons;
mod statement;
mod used_codes;

use std::collections::HashSet;

use serde::Serialize;
use sqlx::{Any, AnyPool, FromRow, Transaction, any::AnyRow, query, query_as};

pub(crate) use asked_codes::AskedCode;
pub(crate) use asked_refresh::AskedRefresh;
pub(crate) use new_codes::NewCode;
use queue::Queue;
pub(crate) use rotations::Turn;
pub(crate) use sign_ons::AskedSignOn;
pub(crate) use used_codes::UsedCode;

use crate::{engine::Engine, stored};

/// A queue for each kind of question.
pub(crate) struct Together {
    pub(crate) asked_codes: Queue<asked_codes::AskedCodes>,
    pub(crate) asked_refresh: Queue<asked_refresh::AskedRefreshTokens>,
    pub(crate) new_codes: Queue<new_codes::NewCodes>,
    pub(crate) rotations: Queue<rotations::Rotations>,
    pub(crate) sign_ons: Queue<sign_ons::SignOns>,
    pub(crate) used_codes: Queue<used_codes::UsedCodes>,
}

/// Where the statements run.
#[derive(Clone, Debug)]
struct Place {
    pool: AnyPool,
    engine: Engine,
}

/// A transaction of many on SQLite.
struct ManyWrites(Transaction<'static, Any>);

impl Together {
    /// How many there are: each asks the database one thing at a time.
    pub(crate) const QUEUES: u32 = 6;

    pub(crate) fn new(pool: AnyPool, engine: Engine) -> Self {
        let place = Place { pool, engine };
        Self {
            asked_codes: Queue::new(asked_codes::AskedCodes(place.clone())),
            asked_refresh: Queue::new(asked_refresh::AskedRefreshTokens(place.clone())),
            new_codes: Queue::new(new_codes::NewCodes(place.clone())),
            rotations: Queue::new(rotations::Rotations(place.clone())),
            sign_ons: Queue::new(sign_ons::SignOns(place.clone())),
            used_codes: Queue::new(used_codes::UsedCodes(place)),
        }
    }
}

impl Place {
    /// What a statement finds, or changes, for these rows.
    async fn find<R>(&self, text: &'static str, asked: &[impl Serialize]) -> Result<Vec<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        query_as(text).bind(stored::to_json(&asked)?).fetch_all(&self.pool).await
    }

    /// Begins a transaction on SQLite.
    async fn write(&self) -> Result<ManyWrites, sqlx::Error> {
        self.pool.begin_with(self.engine.begin_write()).await.map(ManyWrites)
    }
}

impl ManyWrites {
    /// Runs a statement for these rows; what it returns of those that it changed.
    async fn change<R>(&mut self, text: &'static str, given: &[impl Serialize]) -> Result<Vec<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        query_as(text).bind(stored::to_json(&given)?).fetch_all(&mut *self.0).await
    }

    /// Runs a statement for these rows, if there are any.
    async fn run(&mut self, text: &'static str, given: &[impl Serialize]) -> Result<(), sqlx::Error> {
        if given.is_empty() {
            return Ok(());
        }
        query(text).bind(stored::to_json(&given)?).execute(&mut *self.0).await.map(drop)
    }

    /// Commits. What goes wrong here is no refusal: nobody knows whether it happened.
    async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await.map_err(|error| sqlx::Error::AnyDriverError(error.into()))
    }
}

/// For each whether it is the first of its name: of several that are used up together the others come too late.
fn first_of_each<'a>(names: impl Iterator<Item = &'a str>) -> Vec<bool> {
    let mut seen = HashSet::new();
    names.map(|name| seen.insert(name)).collect()
}
