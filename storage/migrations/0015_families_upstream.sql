-- The upstream session that tokens rest on: they outlive the browser's sign-on, and end with that session all the same.
ALTER TABLE refresh_families ADD COLUMN upstream_sid TEXT;
ALTER TABLE refresh_families ADD COLUMN upstream_subject TEXT;

CREATE INDEX refresh_families_by_upstream_sid ON refresh_families (upstream_sid);
CREATE INDEX refresh_families_by_upstream_subject ON refresh_families (upstream_subject);
