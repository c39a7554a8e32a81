-- Devices that wait for a person (RFC 8628): both codes only as SHA-256 digests.

CREATE TABLE device_codes (
    device_code TEXT NOT NULL PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    record TEXT NOT NULL,
    decision TEXT,
    pause BIGINT NOT NULL,
    polled_at BIGINT NOT NULL,
    too_soon BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);
