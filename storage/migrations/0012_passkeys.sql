-- Passkeys: public keys, and ceremonies under way.

-- `credential` is unique across people. `public_key` is no secret; `counter` is apart from it, so that of two uses with one
-- counter one wins.
CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    counter BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used BIGINT
);

CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- The state sealed: it holds the challenge.
CREATE TABLE passkey_ceremonies (
    place TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX passkey_ceremonies_by_expiry ON passkey_ceremonies (expires_at);
