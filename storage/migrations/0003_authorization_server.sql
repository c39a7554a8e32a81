-- The authorization server: secrets only as SHA-256 digests, private keys only sealed.

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    pkcs8 TEXT NOT NULL,
    active_from BIGINT NOT NULL,
    published_until BIGINT NOT NULL
);

CREATE TABLE interactions (
    id TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX interactions_by_expiry ON interactions (expires_at);

CREATE TABLE sign_ons (
    cookie TEXT NOT NULL PRIMARY KEY,
    sid TEXT NOT NULL,
    record TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sign_ons_by_sid ON sign_ons (sid);
CREATE INDEX sign_ons_by_expiry ON sign_ons (expires_at);

CREATE TABLE authorization_codes (
    code TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    used BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

-- A family is revoked as one row, so that no token born at the same moment escapes.
-- It may be revoked before its first token: then that token never counts.
CREATE TABLE refresh_families (
    family TEXT NOT NULL PRIMARY KEY,
    sid TEXT NOT NULL,
    revoked BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX refresh_families_by_sid ON refresh_families (sid);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

CREATE TABLE refresh_tokens (
    token TEXT NOT NULL PRIMARY KEY,
    family TEXT NOT NULL REFERENCES refresh_families (family) ON DELETE CASCADE,
    record TEXT NOT NULL,
    replaced BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE revoked_access_tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at);
