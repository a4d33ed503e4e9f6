-- Deliveries counted by shop, topic and hour (UTC), so that their health can be read without reading them. Partitioned by the
-- month of the hour; partitions live in a schema of their own: app/db/rollup-partitions.server.ts makes and drops them.
CREATE TABLE "webhook_rollups" (
    "shop_id" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(6) NOT NULL,
    "received" INTEGER NOT NULL DEFAULT 0,
    "applied" INTEGER NOT NULL DEFAULT 0,
    "stale" INTEGER NOT NULL DEFAULT 0,
    "ignored" INTEGER NOT NULL DEFAULT 0,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "dead" INTEGER NOT NULL DEFAULT 0,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "lost" INTEGER NOT NULL DEFAULT 0,
    "transit_ms" INTEGER[] NOT NULL DEFAULT '{}',
    "apply_ms" INTEGER[] NOT NULL DEFAULT '{}',
    "last_received_at" TIMESTAMPTZ(6),
    "counted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_rollups_pkey" PRIMARY KEY ("shop_id", "topic", "hour")
) PARTITION BY RANGE ("hour");

CREATE TABLE "webhook_rollup_progress" (
    "figure" TEXT NOT NULL,
    "counted_to" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "webhook_rollup_progress_pkey" PRIMARY KEY ("figure")
);

-- For a month that nobody made a partition for.
CREATE TABLE partitions."webhook_rollups_default" PARTITION OF "webhook_rollups" DEFAULT;

-- From the month before this one, whose deliveries are counted once more, to two months ahead.
DO $$
DECLARE
    this_month TIMESTAMP := date_trunc('month', now() AT TIME ZONE 'UTC');
    one_month TIMESTAMP;
BEGIN
    FOR one_month IN SELECT generate_series(this_month - interval '1 month', this_month + interval '2 months', interval '1 month') LOOP
        EXECUTE format(
            'CREATE TABLE partitions.%I PARTITION OF "webhook_rollups" FOR VALUES FROM (%L) TO (%L)',
            'webhook_rollups_' || to_char(one_month, 'YYYYMM'),
            one_month::text || '+00', (one_month + interval '1 month')::text || '+00');
    END LOOP;
END $$;
