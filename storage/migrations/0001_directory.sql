-- People, organizations, and what each may do where.
-- One text for SQLite and PostgreSQL: TEXT and BIGINT only, seconds since 1970, 0 and 1 for booleans.

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT,
    last_visited TEXT REFERENCES organizations (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL
);

-- Addresses are unique among the accounts that sign in with one; what providers state is only shown.
CREATE UNIQUE INDEX users_by_sign_in ON users (email) WHERE password_hash IS NOT NULL;
CREATE INDEX users_by_email ON users (email);

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);

CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, org_id)
);

CREATE INDEX memberships_by_organization ON memberships (org_id);

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    UNIQUE (org_id, name),
    UNIQUE (id, org_id)
);

CREATE TABLE role_permissions (
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, permission)
);

-- `granted_by` is empty for roles granted here, else the identity provider whose word it is.
-- The pair (role_id, org_id) keeps a role inside its own organization.
CREATE TABLE membership_roles (
    user_id TEXT NOT NULL,
    org_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (user_id, org_id, role_id, granted_by),
    FOREIGN KEY (user_id, org_id) REFERENCES memberships (user_id, org_id) ON DELETE CASCADE,
    FOREIGN KEY (role_id, org_id) REFERENCES roles (id, org_id)
);

CREATE INDEX membership_roles_by_role ON membership_roles (role_id, org_id);

CREATE TABLE client_permissions (
    client_id TEXT NOT NULL,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (client_id, org_id, permission)
);

CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    org_id TEXT,
    actor TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX audit_log_by_organization ON audit_log (org_id, id);
