-- API keys, the first administrator's token, and people who may not come in.

-- Digests of the keys' texts, never the texts. A key ends with its owner's membership.
-- `permissions` is a JSON list of the catalogue's keys.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    org_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used BIGINT,
    FOREIGN KEY (user_id, org_id) REFERENCES memberships (user_id, org_id) ON DELETE CASCADE
);

CREATE INDEX api_keys_by_membership ON api_keys (user_id, org_id);
CREATE INDEX api_keys_by_organization ON api_keys (org_id);
CREATE INDEX api_keys_by_expiry ON api_keys (expires_at);

-- One row at most: the token of the latest start, while there is nobody yet.
CREATE TABLE first_administrator (
    place BIGINT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE disabled_users (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL
);
