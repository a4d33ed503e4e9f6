-- While a partition of webhook_deliveries is being rewritten, a trigger notes what changes in it, so that nobody has to wait
-- for the copy to be complete: app/db/rewrite-deliveries.server.ts.
CREATE OR REPLACE FUNCTION partitions.note_changed_delivery() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO partitions.%I ("id") VALUES ($1)', TG_TABLE_NAME || '_changes')
        USING CASE WHEN TG_OP = 'DELETE' THEN OLD."id" ELSE NEW."id" END;
    RETURN NULL;
END $$;
