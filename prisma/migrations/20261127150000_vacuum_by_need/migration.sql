-- Deliveries are vacuumed for what has changed in them, not for what was inserted: see app/db/delivery-partitions.server.ts, which
-- makes the partitions of other days so. A cleanup of the version before may drop one meanwhile.
DO $$
DECLARE
    one_partition TEXT;
BEGIN
    FOR one_partition IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'webhook_deliveries'::regclass LOOP
        EXECUTE format(
            'ALTER TABLE IF EXISTS %s SET (autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1)',
            one_partition);
    END LOOP;
END $$;
