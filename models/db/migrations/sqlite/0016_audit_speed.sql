-- +goose Up

-- The audit log grows without end. It is read by what was done or by whom, the latest first, and seal by seal.
CREATE INDEX ix_audit_entries_done ON audit_entries (action, at);
CREATE INDEX ix_audit_entries_by ON audit_entries (actor_id, at);
CREATE INDEX ix_audit_entries_under ON audit_entries (seal_no, id);
DROP INDEX ix_audit_entries_action;
DROP INDEX ix_audit_entries_actor;
DROP INDEX ix_audit_entries_seal;

-- Loops that wait are few beside those that are done.
CREATE INDEX ix_rating_loops_state ON rating_loops (state, due_on);
