-- Pages are content: what they demand and what stands on them.

CREATE TABLE pages (
    id TEXT NOT NULL PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    nav_section TEXT NOT NULL,
    nav_order BIGINT NOT NULL,
    nav_visible BIGINT NOT NULL,
    icon TEXT NOT NULL,
    roles TEXT NOT NULL,
    role_mode TEXT NOT NULL,
    permissions TEXT NOT NULL,
    permission_mode TEXT NOT NULL,
    blocks TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (org_id, slug)
);
