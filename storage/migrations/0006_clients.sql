-- Names that count once: the jti of client assertions and proofs, as digests.
CREATE TABLE one_time_names (
    name TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX one_time_names_by_expiry ON one_time_names (expires_at);

-- Authorization requests that a client pushed: request_uri is a digest.
CREATE TABLE pushed_requests (
    request_uri TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

-- Tokens that let somebody register clients, as digests.
CREATE TABLE initial_access_tokens (
    token TEXT NOT NULL PRIMARY KEY,
    uses BIGINT NOT NULL,
    may_act_for_itself BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at);

-- Whose clients they are: those that registered themselves have a token that manages them, as a digest,
-- and what was registered; those of the configuration have neither.
ALTER TABLE clients ADD COLUMN registration_token TEXT;
ALTER TABLE clients ADD COLUMN registration TEXT;
