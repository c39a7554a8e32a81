-- Subscribed services with their renewal.

CREATE TABLE services (
    org_id        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    category      TEXT   NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('active', 'expiring', 'expired', 'pending')),
    price_minor   BIGINT NOT NULL CHECK (price_minor >= 0),
    currency      TEXT   NOT NULL,
    renews_on     TEXT   NOT NULL,
    usage_percent BIGINT NOT NULL CHECK (usage_percent BETWEEN 0 AND 100),
    PRIMARY KEY (org_id, id)
);

CREATE INDEX services_by_renewal ON services (org_id, renews_on);
