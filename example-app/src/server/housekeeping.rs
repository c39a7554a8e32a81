//! What is done every few minutes.

use std::time::Duration;

use portcullis_provider::Provider;

use super::api::AppState;

/// How often keys are rotated if due, clients told of what ended unheard, rows that are over deleted, and dates looked at.
const INTERVAL: Duration = Duration::from_secs(600);

/// Keeps house until it is aborted. What fails is tried again the next time.
pub(super) async fn keep_house(state: AppState, provider: Provider) {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        if let Err(error) = provider.rotate_keys().await {
            tracing::error!(error = &error as &dyn std::error::Error, "keys were not rotated");
        }
        provider.tell_of_endings().await;
        if let Err(error) = state.database.sweep(state.clock.now()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "rows that are over were not deleted");
        }
        if let Err(error) = state.business.age(state.today()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "dates were not looked at");
        }
    }
}
