//! The laws that every store keeps, asked of SQLite and of PostgreSQL alike.
//!
//! Each law is a function of a fresh [`store::Store`]. PostgreSQL is asked where the environment
//! variable `PORTCULLIS_TEST_POSTGRES` names a server on which databases can be made.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a law that does not hold panics; the helpers stand outside of `#[test]`"
)]

mod accounts;
mod api_keys;
mod audit;
mod authorization_codes;
mod clients;
mod connections;
mod consents;
mod credentials;
mod device_codes;
mod directory;
mod ending;
mod enterprise;
mod factors;
mod first_administrator;
mod interactions;
mod members;
mod news;
mod one_time_names;
mod pages;
mod passkeys;
mod people;
mod provider_logout;
mod pushed_requests;
mod refresh_tokens;
mod registrations;
mod roles;
mod sessions;
mod sign_on_clients;
mod sign_ons;
mod signing_keys;
mod store;
mod sweep;
mod upstream_logins;
mod used_proofs;

/// Writes each law down as two tests, one for each database.
macro_rules! contract {
    ($($of:ident { $($law:ident)+ })+) => {
        mod sqlite {
            $(mod $of {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $law() {
                    let store = crate::store::Store::sqlite().await;
                    crate::$of::$law(&store).await;
                    store.close().await;
                })+
            })+
        }

        mod postgres {
            $(mod $of {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $law() {
                    let Some(store) = crate::store::Store::postgres().await else {
                        return println!("skipped: PORTCULLIS_TEST_POSTGRES is not set");
                    };
                    crate::$of::$law(&store).await;
                    store.close().await;
                })+
            })+
        }
    };
}

contract! {
    accounts {
        a_sign_up_reserves_nothing
        of_many_confirmations_comes_one_account
        a_reset_works_once_and_verifies
        a_new_password_ends_everything_but_what_is_kept
        a_shut_account_says_so
        what_nobody_opened_is_swept
    }
    api_keys {
        a_key_is_found_by_its_digest
        the_table_opens_nothing
        nobody_hands_on_what_they_lack
        a_key_makes_no_key
        a_token_makes_no_key
        making_and_revoking_are_recorded
        keys_are_their_owners_and_their_organizations
        keys_end_with_the_membership
        a_use_is_noted_to_the_minute
        expired_keys_are_seen_for_a_month
    }
    audit {
        pages_run_backwards
        organizations_see_their_own_trail
    }
    authorization_codes {
        peeking_does_not_use_up
        the_second_use_is_a_replay
        of_many_redeemers_one_is_first
        expired_and_unknown_codes_are_unknown
        a_code_in_question_tells_whose_it_is
        a_code_brings_its_first_refresh_token_once
        a_code_of_an_ended_family_brings_nothing
        whoever_ends_a_family_later_ends_its_token
        many_at_once_are_told_apart
    }
    clients {
        putting_again_replaces
        identifiers_are_compared_to_the_letter
        a_client_that_changed_is_another_at_once
    }
    connections {
        a_connection_comes_back
        of_many_replacements_one_wins
        a_version_never_comes_back
        tokens_lie_sealed_for_their_person
    }
    consents {
        one_a_person_client_and_organization
        revoking_ends_the_tokens_of_person_and_client
    }
    credentials {
        several_belong_to_one_person
        an_account_elsewhere_is_one_persons
        the_last_one_stays
        of_two_unlinked_at_once_one_stays
    }
    device_codes {
        a_device_waits_until_its_person_decides
        a_request_is_decided_once
        of_many_deciders_one_decides
        of_many_redeemers_one_redeems
        polling_too_soon_lengthens_the_interval_for_good
        of_many_polls_at_once_one_is_in_time
        expired_and_unknown_devices_are_told_apart
        a_taken_user_code_is_refused
        another_clients_poll_changes_nothing
    }
    directory {
        organizations_are_found_by_id_and_slug
        no_membership_is_not_an_empty_one
        roles_expand_to_declared_permissions
        services_hold_what_they_were_given_there
        organizations_of_a_person_by_name
        the_last_visit_counts_while_membership_lasts
        a_status_raises_the_revision_and_is_told
    }
    enterprise {
        a_connection_comes_back_and_keeps_its_secret
        the_client_secret_lies_sealed
        only_a_domain_that_was_shown_leads_anywhere
        a_domain_is_one_organizations
        settings_are_checked
        an_owner_by_a_role_granted_here_breaks_the_glass
        a_word_for_members_makes_none
        a_disabled_member_does_not_come_back
    }
    ending {
        clients_of_what_ended_wait_to_be_told
        shutting_somebody_out_ends_everything
        who_was_shut_out_stays_out
        ending_leaves_the_door_open
        nobody_is_no_person
        a_removed_member_loses_what_was_granted_there
        a_removal_that_fails_ends_nothing
        no_refresh_escapes
        a_code_in_flight_brings_nothing
    }
    factors {
        an_authenticator_is_tried_before_it_counts
        a_step_counts_once
        recovery_codes_count_once
        authenticators_lie_sealed
    }
    first_administrator {
        a_claim_makes_an_owner_of_everything
        of_many_claims_one_wins
        the_latest_token_counts_for_a_day
        a_token_from_before_somebody_came_is_worthless
        a_claim_that_is_not_sound_costs_nothing
    }
    interactions {
        wait_until_removed
        wait_until_they_expire
    }
    members {
        adding_gives_access_and_is_told
        strangers_and_members_are_not_added
        an_address_of_several_people_is_ambiguous
        an_unverified_address_matches_nobody
        nobody_grants_what_they_lack
        a_role_of_another_organization_is_unknown
        setting_roles_keeps_a_providers
        the_last_owner_stays
        of_two_owners_leaving_at_once_one_stays
        removing_ends_access
    }
    news {
        other_nodes_hear_once
        a_lost_connection_is_told_and_mended
        a_failed_change_is_not_told
    }
    one_time_names {
        count_once
        of_many_users_one_is_first
        count_again_once_forgotten
    }
    pages {
        a_page_is_saved_and_found
        a_save_from_an_old_version_conflicts
        of_many_savers_one_wins
        bad_drafts_are_refused
        a_stored_permission_that_is_unknown_denies
        pages_of_others_are_out_of_reach
        deleting_needs_the_version
    }
    passkeys {
        a_passkey_comes_back
        a_credential_is_one_persons
        a_counter_rises_or_is_refused
        recovery_codes_come_and_go_with_factors
        the_last_way_to_sign_in_stays
        of_many_takers_one_gets_the_ceremony
        ceremonies_lie_sealed_and_end
    }
    people {
        an_address_is_verified_by_its_provider_s_word
        a_login_finds_the_same_person_again
        an_equal_address_links_nobody
        issuers_and_subjects_are_compared_to_the_letter
        of_many_first_logins_comes_one_person
        the_local_issuer_names_our_own_ids
        just_in_time_roles_follow_the_provider
        an_unchanged_word_changes_nothing
        unknown_organizations_and_roles_are_skipped
        accounts_sign_in_by_address_in_any_case
    }
    provider_logout {
        a_sid_or_a_subject_or_both_name_sessions
        other_issuers_sessions_stay
        what_a_provider_ends_is_told
        a_token_counts_once_until_it_is_forgotten
        the_index_names_nobody
        sign_ons_by_that_provider_end_too
        tokens_that_outlived_their_sign_on_end_too
        the_index_of_sign_ons_names_nobody
    }
    pushed_requests {
        are_taken_once
        of_many_takers_one_is_first
        wait_until_they_expire
    }
    refresh_tokens {
        rotation_replaces
        the_latest_alone_is_current
        a_reuse_ends_the_family
        of_many_rotations_one_wins_and_the_family_ends
        expired_tokens_are_unknown
        a_family_can_be_revoked_before_its_first_token
        a_sign_on_takes_its_tokens_along
        access_tokens_are_revoked_by_jti
        many_at_once_are_told_apart
        a_token_found_good_is_refused_once_it_was_revoked
        a_family_that_somebody_holds_keeps_nobody_for_long
    }
    registrations {
        a_use_is_taken_with_the_client
        of_many_registrations_no_more_than_the_uses_succeed
        used_up_and_expired_tokens_are_unknown
        clients_of_their_own_outlive_the_configuration
        the_configuration_takes_over
        removal_needs_the_token
    }
    roles {
        a_new_role_is_listed
        names_and_permissions_are_checked
        nobody_grants_what_they_lack
        what_was_conferred_before_may_stay
        owners_keep_the_permission_to_grant
        a_role_that_is_held_stays
        a_change_raises_the_revision_and_is_told
    }
    sessions {
        a_record_comes_back
        an_expired_session_is_gone
        a_slow_save_cannot_undo_a_logout
        a_taken_id_is_replaced
        the_table_opens_nothing
        a_person_sees_their_own_sessions
        ending_is_for_the_owner_and_is_told
        a_logout_is_told
        a_touch_prolongs_only_what_lives
    }
    sign_on_clients {
        each_is_taken_once
        one_is_taken_and_the_others_stay
        they_expire
    }
    sign_ons {
        live_until_removed
        live_until_they_expire
    }
    signing_keys {
        keys_come_back_in_order
        private_parts_lie_sealed
        adding_and_removing_is_told
    }
    sweep {
        takes_the_expired_and_leaves_the_rest
        a_device_is_told_for_a_while_that_its_code_expired
    }
    upstream_logins {
        are_taken_once
        of_many_takers_one_is_first
        wait_until_they_expire
        they_lie_sealed
    }
    used_proofs {
        count_once_until_they_are_over
    }
}
