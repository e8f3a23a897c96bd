-- +goose Up

-- The audit log grows without end. It is read by what was done or by whom, the latest first, and seal by seal.
-- MySQL knows no CREATE INDEX IF NOT EXISTS, and the statements must bear repetition.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_done') = 0,
  'ALTER TABLE audit_entries ADD KEY ix_audit_entries_done (action, at)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_by') = 0,
  'ALTER TABLE audit_entries ADD KEY ix_audit_entries_by (actor_id, at)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_under') = 0,
  'ALTER TABLE audit_entries ADD KEY ix_audit_entries_under (seal_no, id)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_action') > 0,
  'ALTER TABLE audit_entries DROP KEY ix_audit_entries_action', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_actor') > 0,
  'ALTER TABLE audit_entries DROP KEY ix_audit_entries_actor', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'audit_entries' AND index_name = 'ix_audit_entries_seal') > 0,
  'ALTER TABLE audit_entries DROP KEY ix_audit_entries_seal', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;

-- Loops that wait are few beside those that are done.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'rating_loops' AND index_name = 'ix_rating_loops_state') = 0,
  'ALTER TABLE rating_loops ADD KEY ix_rating_loops_state (state, due_on)', 'DO 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
