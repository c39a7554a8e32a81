-- Whose identities state an address is asked whenever somebody without a password gets a token.
CREATE INDEX identities_by_user ON identities (user_id);
