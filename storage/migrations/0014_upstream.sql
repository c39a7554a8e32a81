-- Sign-in at upstream providers in the middle of authorization requests.

-- What is under way, by the digest of state and browser; the record sealed, for it holds a verifier and a nonce.
CREATE TABLE upstream_logins (
    state TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX upstream_logins_by_expiry ON upstream_logins (expires_at);

-- The upstream session that a sign-on rests on, as its provider names it: digests, as with sessions.
ALTER TABLE sign_ons ADD COLUMN upstream_sid TEXT;
ALTER TABLE sign_ons ADD COLUMN upstream_subject TEXT;

CREATE INDEX sign_ons_by_upstream_sid ON sign_ons (upstream_sid);
CREATE INDEX sign_ons_by_upstream_subject ON sign_ons (upstream_subject);

-- Whose tokens ended with something else, and who has not been told of it yet.
ALTER TABLE sign_on_clients ADD COLUMN ended BIGINT NOT NULL DEFAULT 0;
