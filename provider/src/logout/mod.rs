//! Back-channel logout, sending (OpenID Connect Back-Channel Logout 1.0).
//!
//! When a sign-on ends, each client that got tokens within it and registered a `backchannel_logout_uri` is told.
//!
//! - The token is ours, typed, and names session and person: `a_sign_out_tells_the_clients_that_got_tokens`.
//! - Who has pairwise subjects is told its own: `a_client_with_pairwise_subjects_is_told_its_own`.
//! - Others are told nothing: `clients_without_an_address_or_without_tokens_are_not_told`.
//! - The sign-out does not wait for anybody: `a_client_that_does_not_answer_delays_nobody`.
//! - Each sign-on ends once: `a_second_sign_out_tells_nobody_again`.
//! - What ended with something else is heard of, and told: `what_ended_with_something_else_is_told`; where one client's
//!   tokens ended alone, that one is: `one_client_alone_is_told_where_its_tokens_ended`.
//! - Who could not be told then is told later: `tests/modes/back_channel_logout.rs`,
//!   `a_client_is_told_later_of_what_ended_while_nobody_listened`.
//! - Posted as a form, to the registered address and nowhere else: `over_the_network_a_form_is_posted_and_no_redirect_followed`.
//! - Advertised only where it can be delivered: `back_channel_logout_is_advertised_where_it_is_delivered`.

mod http;
mod tell;
mod token;

pub use http::HttpLogoutDelivery;
pub(crate) use tell::{tell_client, tell_clients, tell_the_untold};
