//! The first administrator claims an empty portal by the token that its start prints.

use futures_util::future::join_all;
use portcullis_tests::{Portal, PortalOptions, Visitor, sign_in};

fn token(portal: &Portal) -> String {
    let log = portal.log();
    let line = log.lines().find(|line| line.contains("claim it at")).unwrap_or_else(|| panic!("no invitation:\n{log}"));
    line.rsplit(' ').next().unwrap().to_owned()
}

fn claim<'a>(token: &'a str, email: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("token", token),
        ("email", email),
        ("name", "Fay First"),
        ("password", "four words and more"),
        ("slug", "hooli"),
        ("organization", "Hooli"),
    ]
}

#[tokio::test]
async fn of_two_who_race_one_claims_the_portal() {
    let portal = Portal::start(PortalOptions::default().without_demo());
    let token = token(&portal);
    let wrong =
        Visitor::anonymous(&portal).wanting_pages().post_form("/setup", &claim("wrong", "a@hooli.example")).await;
    assert_eq!(wrong.status, 200, "the form again: {}", wrong.body);

    let emails = ["a@hooli.example", "b@hooli.example", "c@hooli.example", "d@hooli.example"];
    let racers = emails.map(|email| {
        let (visitor, token) = (Visitor::anonymous(&portal).wanting_pages(), token.clone());
        async move { visitor.post_form("/setup", &claim(&token, email)).await.status.is_redirection() }
    });
    let won: Vec<bool> = join_all(racers).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");

    let winner = emails.into_iter().zip(won).find(|(_, won)| *won).unwrap().0;
    let owner = Visitor::anonymous(&portal);
    sign_in::by_password(&owner, "local", winner, "four words and more").await;
    assert_eq!(owner.get("/api/o/hooli/members").await.status, 200);
    let late = Visitor::anonymous(&portal).wanting_pages().post_form("/setup", &claim(&token, "e@hooli.example")).await;
    assert!(!late.status.is_redirection(), "the token is used up");
}

#[tokio::test]
async fn a_portal_with_people_invites_nobody() {
    let portal = Portal::start(PortalOptions::default());
    let tried =
        Visitor::anonymous(&portal).wanting_pages().post_form("/setup", &claim("guess", "a@hooli.example")).await;
    assert!(!tried.status.is_redirection(), "there is nothing to claim");
    assert!(!portal.log().contains("claim it at"), "{}", portal.log());
}
