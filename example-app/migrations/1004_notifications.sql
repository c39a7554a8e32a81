-- Notifications to everyone in an organization, and who has read which.

CREATE TABLE notifications (
    org_id     TEXT NOT NULL,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('info', 'warning', 'critical')),
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_on TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE INDEX notifications_by_day ON notifications (org_id, created_on);

CREATE TABLE notification_reads (
    org_id          TEXT NOT NULL,
    notification_id TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    PRIMARY KEY (org_id, notification_id, user_id),
    FOREIGN KEY (org_id, notification_id) REFERENCES notifications (org_id, id)
);
