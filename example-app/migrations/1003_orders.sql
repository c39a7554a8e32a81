-- Orders placed with suppliers.

CREATE TABLE orders (
    org_id      TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    number      TEXT   NOT NULL,
    item        TEXT   NOT NULL,
    quantity    BIGINT NOT NULL CHECK (quantity > 0),
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
    currency    TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('placed', 'shipped', 'delivered', 'returned')),
    ordered_on  TEXT   NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number)
);

CREATE INDEX orders_by_day ON orders (org_id, ordered_on);
