-- What a run asked of Shopify.
ALTER TABLE "sync_logs" ADD COLUMN     "points" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "requests" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "retries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "waited_ms" INTEGER NOT NULL DEFAULT 0;

-- Unlogged: a reservation must not wait for the disk, and what a crash of the database takes away Shopify says again with
-- its next answer.
CREATE UNLOGGED TABLE "shop_budgets" (
    "shop_id" BIGINT NOT NULL,
    "maximum" DOUBLE PRECISION NOT NULL,
    "restore_rate" DOUBLE PRECISION NOT NULL,
    "level" DOUBLE PRECISION NOT NULL,
    "level_at" TIMESTAMPTZ(6) NOT NULL,
    "in_flight" JSONB NOT NULL DEFAULT '{}',
    "settled_since" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "shop_budgets_pkey" PRIMARY KEY ("shop_id")
);
