-- What is held about a customer who asks for it, for the merchant to hand on.
CREATE TABLE "data_exports" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" BIGINT NOT NULL,
    "request_id" TEXT NOT NULL,
    "customer_id" BIGINT,
    "asked" JSONB NOT NULL,
    "event_id" BIGINT NOT NULL,
    "requested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(6),
    "error" TEXT,
    "content" JSONB,

    CONSTRAINT "data_exports_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "data_exports_shop_id_requested_at_idx" ON "data_exports"("shop_id", "requested_at");

-- Else the planner keeps samples of them: see the migration before.
ALTER TABLE "data_exports" ALTER COLUMN "asked" SET STATISTICS 0, ALTER COLUMN "content" SET STATISTICS 0;
