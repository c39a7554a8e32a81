-- What providers say: which addresses are a person's own, which sessions are theirs.

-- The address as this provider states it, and whether it vouches for it.
ALTER TABLE identities ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE identities ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 0;

-- A session as its provider names it: digests, for the record itself lies sealed.
ALTER TABLE sessions ADD COLUMN provider_sid TEXT;
ALTER TABLE sessions ADD COLUMN provider_subject TEXT;

CREATE INDEX sessions_by_provider_sid ON sessions (provider_sid);
CREATE INDEX sessions_by_provider_subject ON sessions (provider_subject);

-- Logout tokens that were used, by the digest of issuer and jti.
CREATE TABLE logout_tokens (
    token TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX logout_tokens_by_expiry ON logout_tokens (expires_at);

-- Which clients got tokens within a sign-on, and under which subject: they are told when it ends.
CREATE TABLE sign_on_clients (
    sid TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (sid, client_id)
);

CREATE INDEX sign_on_clients_by_expiry ON sign_on_clients (expires_at);

-- Third-party services that people connected: the tokens sealed, together with whose they are.
CREATE TABLE connections (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    scopes TEXT NOT NULL,
    tokens TEXT,
    connected_at BIGINT NOT NULL,
    renewing_until BIGINT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (user_id, provider)
);

-- Organizations that sign their people in by an OpenID provider of their own; the client secret sealed.
CREATE TABLE enterprise_connections (
    org_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT,
    roles TEXT NOT NULL,
    just_in_time BIGINT NOT NULL,
    forced BIGINT NOT NULL,
    version TEXT NOT NULL
);

-- Domains that organizations say are theirs; one that was shown to be is nobody else's.
CREATE TABLE enterprise_domains (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    challenge TEXT NOT NULL,
    verified_at BIGINT,
    PRIMARY KEY (org_id, domain)
);

CREATE UNIQUE INDEX enterprise_domains_verified ON enterprise_domains (domain) WHERE verified_at IS NOT NULL;

-- Members who were disabled: no provider's word makes them members again.
CREATE TABLE disabled_memberships (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, org_id)
);
