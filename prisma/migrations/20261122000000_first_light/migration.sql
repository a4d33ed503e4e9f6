-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "is_online" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMPTZ(3),
    "access_token" TEXT NOT NULL,
    "user_id" BIGINT,
    "first_name" TEXT,
    "last_name" TEXT,
    "email" TEXT,
    "account_owner" BOOLEAN,
    "locale" TEXT,
    "collaborator" BOOLEAN,
    "email_verified" BOOLEAN,
    "refresh_token" TEXT,
    "refresh_token_expires" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shops" (
    "id" BIGSERIAL NOT NULL,
    "domain" TEXT NOT NULL,
    "shopify_id" BIGINT,
    "name" TEXT,
    "plan" TEXT,
    "currency" TEXT,
    "timezone" TEXT,
    "scopes" TEXT,
    "installed_at" TIMESTAMPTZ(6),
    "uninstalled_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shops_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "products" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "title" TEXT,
    "handle" TEXT,
    "status" TEXT,
    "vendor" TEXT,
    "product_type" TEXT,
    "tags" TEXT[],
    "total_inventory" INTEGER,
    "created_at" TIMESTAMPTZ(6),
    "published_at" TIMESTAMPTZ(6),
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

    CONSTRAINT "products_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "product_variants" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "title" TEXT,
    "sku" TEXT,
    "barcode" TEXT,
    "price" DECIMAL(20,4),
    "compare_at_price" DECIMAL(20,4),
    "inventory_quantity" INTEGER,
    "position" INTEGER,
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

    CONSTRAINT "product_variants_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "customers" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "first_name" TEXT,
    "last_name" TEXT,
    "state" TEXT,
    "tags" TEXT[],
    "orders_count" BIGINT,
    "amount_spent" DECIMAL(20,4),
    "currency" TEXT,
    "accepts_marketing" BOOLEAN,
    "default_address" JSONB,
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

    CONSTRAINT "customers_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "orders" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "customer_id" BIGINT,
    "currency" TEXT,
    "presentment_currency" TEXT,
    "subtotal_price" DECIMAL(20,4),
    "total_discounts" DECIMAL(20,4),
    "total_shipping" DECIMAL(20,4),
    "total_tax" DECIMAL(20,4),
    "total_price" DECIMAL(20,4),
    "total_refunded" DECIMAL(20,4),
    "current_total_price" DECIMAL(20,4),
    "financial_status" TEXT,
    "fulfillment_status" TEXT,
    "cancelled_at" TIMESTAMPTZ(6),
    "cancel_reason" TEXT,
    "closed_at" TIMESTAMPTZ(6),
    "processed_at" TIMESTAMPTZ(6),
    "test" BOOLEAN,
    "source_name" TEXT,
    "tags" TEXT[],
    "note" TEXT,
    "shipping_address" JSONB,
    "billing_address" JSONB,
    "cart_token" TEXT,
    "checkout_token" TEXT,
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

    CONSTRAINT "orders_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "order_line_items" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "product_id" BIGINT,
    "variant_id" BIGINT,
    "title" TEXT,
    "variant_title" TEXT,
    "sku" TEXT,
    "quantity" INTEGER,
    "current_quantity" INTEGER,
    "price" DECIMAL(20,4),
    "total_discount" DECIMAL(20,4),
    "source_updated_at" TIMESTAMPTZ(6),
    "observed_at" TIMESTAMPTZ(6) NOT NULL,
    "synced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(6),
    "deleted_via" TEXT,

    CONSTRAINT "order_line_items_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "sync_states" (
    "shop_id" BIGINT NOT NULL,
    "resource" TEXT NOT NULL,
    "watermark" TIMESTAMPTZ(6),
    "checkpoint" JSONB,
    "backfilled_at" TIMESTAMPTZ(6),
    "last_success_at" TIMESTAMPTZ(6),
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "source_count" INTEGER,
    "copy_count" INTEGER,
    "counted_at" TIMESTAMPTZ(6),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sync_states_pkey" PRIMARY KEY ("shop_id","resource")
);

-- CreateTable
CREATE TABLE "sync_logs" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" BIGINT NOT NULL,
    "sync_type" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "success" BOOLEAN,
    "window_from" TIMESTAMPTZ(6),
    "window_to" TIMESTAMPTZ(6),
    "records_expected" INTEGER,
    "records_processed" INTEGER NOT NULL DEFAULT 0,
    "records_written" INTEGER NOT NULL DEFAULT 0,
    "records_unchanged" INTEGER NOT NULL DEFAULT 0,
    "records_skipped" INTEGER NOT NULL DEFAULT 0,
    "vanished" INTEGER NOT NULL DEFAULT 0,
    "recovered" INTEGER NOT NULL DEFAULT 0,
    "books" JSONB NOT NULL DEFAULT '{}',
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "duration" INTEGER,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "sync_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "set_aside_records" (
    "shop_id" BIGINT NOT NULL,
    "resource" TEXT NOT NULL,
    "record_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "run_id" BIGINT,
    "delivery_id" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "set_aside_records_pkey" PRIMARY KEY ("shop_id","resource","record_id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" BIGSERIAL NOT NULL,
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
    "error" TEXT,
    "payload" JSONB,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "compliance_events" (
    "id" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "shop_hash" TEXT NOT NULL,
    "rows" JSONB NOT NULL,
    "completed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "compliance_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sessions_shop_idx" ON "sessions"("shop");

-- CreateIndex
CREATE UNIQUE INDEX "shops_domain_key" ON "shops"("domain");

-- CreateIndex
CREATE INDEX "products_shop_id_source_updated_at_idx" ON "products"("shop_id", "source_updated_at");

-- CreateIndex
CREATE INDEX "products_shop_id_synced_at_idx" ON "products"("shop_id", "synced_at");

-- CreateIndex
CREATE INDEX "product_variants_shop_id_product_id_idx" ON "product_variants"("shop_id", "product_id");

-- CreateIndex
CREATE INDEX "customers_shop_id_source_updated_at_idx" ON "customers"("shop_id", "source_updated_at");

-- CreateIndex
CREATE INDEX "customers_shop_id_synced_at_idx" ON "customers"("shop_id", "synced_at");

-- CreateIndex
CREATE INDEX "orders_shop_id_source_updated_at_idx" ON "orders"("shop_id", "source_updated_at");

-- CreateIndex
CREATE INDEX "orders_shop_id_synced_at_idx" ON "orders"("shop_id", "synced_at");

-- CreateIndex
CREATE INDEX "orders_shop_id_customer_id_idx" ON "orders"("shop_id", "customer_id");

-- CreateIndex
CREATE INDEX "order_line_items_shop_id_order_id_idx" ON "order_line_items"("shop_id", "order_id");

-- CreateIndex
CREATE INDEX "sync_logs_shop_id_sync_type_created_at_idx" ON "sync_logs"("shop_id", "sync_type", "created_at");

-- CreateIndex
CREATE INDEX "sync_logs_shop_id_created_at_idx" ON "sync_logs"("shop_id", "created_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_shop_id_received_at_idx" ON "webhook_deliveries"("shop_id", "received_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_state_received_at_idx" ON "webhook_deliveries"("state", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_shop_id_topic_webhook_id_key" ON "webhook_deliveries"("shop_id", "topic", "webhook_id");

-- CreateIndex
CREATE UNIQUE INDEX "compliance_events_webhook_id_key" ON "compliance_events"("webhook_id");

