-- Invoices of an organization, and what was paid of them.
-- One payment an invoice: the second one breaks the unique rule, whatever the application does.

CREATE TABLE invoices (
    org_id       TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    number       TEXT   NOT NULL,
    supplier     TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('open', 'overdue', 'paid', 'cancelled')),
    issued_on    TEXT   NOT NULL,
    due_on       TEXT   NOT NULL,
    paid_on      TEXT,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number),
    CHECK ((state = 'paid') = (paid_on IS NOT NULL))
);

CREATE INDEX invoices_by_state ON invoices (org_id, state, due_on);
CREATE INDEX invoices_by_issue ON invoices (org_id, issued_on);

CREATE TABLE payments (
    org_id       TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    invoice_id   TEXT   NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT   NOT NULL,
    paid_by      TEXT   NOT NULL,
    paid_at      TEXT   NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, invoice_id),
    FOREIGN KEY (org_id, invoice_id) REFERENCES invoices (org_id, id)
);

CREATE INDEX payments_by_day ON payments (org_id, paid_at);
