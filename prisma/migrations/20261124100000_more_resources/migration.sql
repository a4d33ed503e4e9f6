-- Carts, checkouts, and what orders were paid and paid back.
-- CreateTable
CREATE TABLE "order_refunds" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6),
    "note" TEXT,
    "total_refunded" DECIMAL(20,4),
    "source_updated_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,
    "synced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(6),
    "deleted_via" TEXT,

    CONSTRAINT "order_refunds_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "order_transactions" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "kind" TEXT,
    "status" TEXT,
    "gateway" TEXT,
    "amount" DECIMAL(20,4),
    "currency" TEXT,
    "test" BOOLEAN,
    "created_at" TIMESTAMPTZ(6),
    "processed_at" TIMESTAMPTZ(6),
    "source_updated_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,
    "synced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(6),
    "deleted_via" TEXT,

    CONSTRAINT "order_transactions_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "checkouts" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "token" TEXT,
    "cart_token" TEXT,
    "name" TEXT,
    "email" TEXT,
    "customer_id" BIGINT,
    "currency" TEXT,
    "subtotal_price" DECIMAL(20,4),
    "total_price" DECIMAL(20,4),
    "completed_at" TIMESTAMPTZ(6),
    "line_items" JSONB,
    "created_at" TIMESTAMPTZ(6),
    "source_updated_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,
    "synced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(6),
    "deleted_via" TEXT,
    "digest" TEXT,

    CONSTRAINT "checkouts_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "carts" (
    "shop_id" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "line_items" JSONB,
    "created_at" TIMESTAMPTZ(6),
    "source_updated_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,
    "synced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(6),
    "deleted_via" TEXT,
    "digest" TEXT,

    CONSTRAINT "carts_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateIndex
CREATE INDEX "order_refunds_shop_id_order_id_idx" ON "order_refunds"("shop_id", "order_id");

-- CreateIndex
CREATE INDEX "order_transactions_shop_id_order_id_idx" ON "order_transactions"("shop_id", "order_id");

-- CreateIndex
CREATE INDEX "checkouts_shop_id_source_updated_at_idx" ON "checkouts"("shop_id", "source_updated_at");

-- CreateIndex
CREATE INDEX "checkouts_shop_id_synced_at_idx" ON "checkouts"("shop_id", "synced_at");

-- CreateIndex
CREATE INDEX "checkouts_shop_id_customer_id_idx" ON "checkouts"("shop_id", "customer_id");

-- CreateIndex
CREATE INDEX "checkouts_shop_id_token_idx" ON "checkouts"("shop_id", "token");

-- CreateIndex
CREATE INDEX "carts_shop_id_source_updated_at_idx" ON "carts"("shop_id", "source_updated_at");

-- CreateIndex
CREATE INDEX "carts_shop_id_synced_at_idx" ON "carts"("shop_id", "synced_at");

-- Orders that were copied before have neither refunds nor transactions: they are read again from the beginning.
UPDATE "sync_states" SET "watermark" = NULL, "checkpoint" = NULL, "backfilled_at" = NULL WHERE "resource" = 'orders';
