-- Rows that an erasure has left, of all that there are; null for what erases nothing.
ALTER TABLE "compliance_events" ADD COLUMN "remaining" INTEGER;

-- The planner remembers values of each column that it has looked at (pg_statistic), until it looks again: an address, a token
-- or a shop's domain would outlive its row. No query finds rows by these columns, but for unique ones, which need no
-- statistics. Setting the type, which stays the same, takes away what is remembered already.
DO $$
DECLARE
    place RECORD;
BEGIN
    FOR place IN
        SELECT attrelid::regclass AS table_name, attname AS column_name, format_type(atttypid, atttypmod) AS column_type
        FROM pg_attribute
        JOIN (
            VALUES
                ('customers', '{email,phone,first_name,last_name,tags,default_address}'::text[]),
                ('orders', '{email,phone,note,shipping_address,billing_address}'),
                ('order_refunds', '{note}'),
                ('checkouts', '{email}'),
                ('sessions', '{id,shop,access_token,refresh_token,first_name,last_name,email}'),
                ('shops', '{domain,name}')
        ) AS personal (table_name, columns) ON attrelid = personal.table_name::regclass AND attname = ANY (personal.columns)
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s, ALTER COLUMN %I SET STATISTICS 0',
            place.table_name, place.column_name, place.column_type, place.column_name);
    END LOOP;
    ALTER TABLE "webhook_deliveries" ALTER COLUMN "payload" TYPE JSONB;
    FOR place IN SELECT relid::regclass AS table_name FROM pg_partition_tree('webhook_deliveries') LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN "payload" SET STATISTICS 0', place.table_name);
    END LOOP;
END $$;
