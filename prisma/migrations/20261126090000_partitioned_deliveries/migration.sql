-- Deliveries by the day on which they were received (UTC), so that what has been kept long enough goes with its partition
-- instead of row by row. Partitions live in a schema of their own: app/db/delivery-partitions.server.ts makes them.
CREATE SCHEMA IF NOT EXISTS partitions;

ALTER TABLE "webhook_deliveries" RENAME TO "webhook_deliveries_unpartitioned";
ALTER INDEX "webhook_deliveries_pkey" RENAME TO "webhook_deliveries_unpartitioned_pkey";
DROP INDEX "webhook_deliveries_shop_id_received_at_idx";
DROP INDEX "webhook_deliveries_state_received_at_idx";
DROP INDEX "webhook_deliveries_shop_id_topic_webhook_id_key";
ALTER SEQUENCE "webhook_deliveries_id_seq" OWNED BY NONE;

CREATE TABLE "webhook_deliveries" (
    "id" BIGINT NOT NULL DEFAULT nextval('webhook_deliveries_id_seq'),
    "shop_id" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "event_id" TEXT,
    "api_version" TEXT,
    "triggered_at" TIMESTAMPTZ(6),
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(6),
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(6),
    "error" TEXT,
    "resource" TEXT,
    "record_id" TEXT,
    "stale" BOOLEAN NOT NULL DEFAULT false,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "payload" JSONB,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id", "received_at")
) PARTITION BY RANGE ("received_at");

ALTER SEQUENCE "webhook_deliveries_id_seq" OWNED BY "webhook_deliveries"."id";

CREATE INDEX "webhook_deliveries_shop_id_received_at_idx" ON "webhook_deliveries"("shop_id", "received_at");
CREATE INDEX "webhook_deliveries_shop_id_record_id_idx" ON "webhook_deliveries"("shop_id", "record_id");
-- Few rows are in them at any time.
CREATE INDEX "webhook_deliveries_pending_idx" ON "webhook_deliveries"("shop_id", "id") WHERE "state" = 'pending';
CREATE INDEX "webhook_deliveries_dead_idx" ON "webhook_deliveries"("shop_id", "id") WHERE "state" = 'dead';

-- For a day that nobody made a partition for. A unique index of the whole table would have to contain its key, so each
-- partition has its own.
CREATE TABLE partitions."webhook_deliveries_default" PARTITION OF "webhook_deliveries" DEFAULT;
CREATE UNIQUE INDEX "webhook_deliveries_default_webhook_id_key"
    ON partitions."webhook_deliveries_default"("shop_id", "topic", "webhook_id");

DO $$
DECLARE
    first_day DATE := (SELECT coalesce(min("received_at"), now()) AT TIME ZONE 'UTC' FROM "webhook_deliveries_unpartitioned");
    today DATE := now() AT TIME ZONE 'UTC';
    one_day DATE;
    partition TEXT;
BEGIN
    FOR one_day IN SELECT generate_series(greatest(first_day, today - 31), today + 7, interval '1 day') LOOP
        partition := 'webhook_deliveries_' || to_char(one_day, 'YYYYMMDD');
        EXECUTE format(
            'CREATE TABLE partitions.%I PARTITION OF "webhook_deliveries" FOR VALUES FROM (%L) TO (%L)',
            partition, one_day::text || ' 00:00:00+00', (one_day + 1)::text || ' 00:00:00+00');
        EXECUTE format(
            'CREATE UNIQUE INDEX %I ON partitions.%I ("shop_id", "topic", "webhook_id")',
            partition || '_webhook_id_key', partition);
    END LOOP;
END $$;

INSERT INTO "webhook_deliveries"
    ("id", "shop_id", "topic", "webhook_id", "event_id", "api_version", "triggered_at", "received_at", "applied_at",
     "state", "attempts", "error", "payload")
SELECT "id", "shop_id", "topic", "webhook_id", "event_id", "api_version", "triggered_at", "received_at", "applied_at",
    "state", "attempts", "error", "payload"
FROM "webhook_deliveries_unpartitioned";

DROP TABLE "webhook_deliveries_unpartitioned";
