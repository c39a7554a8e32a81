-- Most sign-ons and families rest on no upstream session: they need no entry in these indexes.
DROP INDEX sign_ons_by_upstream_sid;
DROP INDEX sign_ons_by_upstream_subject;
DROP INDEX refresh_families_by_upstream_sid;
DROP INDEX refresh_families_by_upstream_subject;

CREATE INDEX sign_ons_by_upstream_sid ON sign_ons (upstream_sid) WHERE upstream_sid IS NOT NULL;
CREATE INDEX sign_ons_by_upstream_subject ON sign_ons (upstream_subject) WHERE upstream_subject IS NOT NULL;
CREATE INDEX refresh_families_by_upstream_sid ON refresh_families (upstream_sid) WHERE upstream_sid IS NOT NULL;
CREATE INDEX refresh_families_by_upstream_subject ON refresh_families (upstream_subject)
    WHERE upstream_subject IS NOT NULL;
