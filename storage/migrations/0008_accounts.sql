-- Local accounts: sign-up, password reset, consent, further factors.

ALTER TABLE users ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 0;

-- Sign-ons and families name their person and client, so that a changed password or a withdrawn consent
-- ends them. Those of before name nobody and could not be ended: they end here, and people sign in again.
DELETE FROM sign_ons;
DELETE FROM refresh_tokens;
DELETE FROM refresh_families WHERE revoked = 0;

ALTER TABLE sign_ons ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refresh_families ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refresh_families ADD COLUMN client_id TEXT NOT NULL DEFAULT '';

CREATE INDEX sign_ons_by_user ON sign_ons (user_id);
CREATE INDEX refresh_families_by_user ON refresh_families (user_id, client_id);

-- Nobody has shown yet that the address is theirs, so that a row reserves nothing.
CREATE TABLE pending_accounts (
    token TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    interaction TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX pending_accounts_by_expiry ON pending_accounts (expires_at);

-- A row without a person was asked for with an address that has no account.
CREATE TABLE password_resets (
    token TEXT NOT NULL PRIMARY KEY,
    user_id TEXT,
    interaction TEXT,
    expires_at BIGINT NOT NULL
);

CREATE INDEX password_resets_by_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

-- What a person agreed to; `organization` is empty where none was named.
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    organization TEXT NOT NULL,
    record TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id, organization)
);

-- One in use and one on trial a person; the secret sealed, the last step that was used.
CREATE TABLE totp_factors (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    confirmed BIGINT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    PRIMARY KEY (user_id, confirmed)
);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    PRIMARY KEY (user_id, code)
);
