-- Whose a code is stands beside it, so that one statement finds out all that has to hold before it is redeemed.
-- Codes of before are minutes old at most: who holds one signs in again.

DELETE FROM authorization_codes;

ALTER TABLE authorization_codes ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization_codes ADD COLUMN sid TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization_codes ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
