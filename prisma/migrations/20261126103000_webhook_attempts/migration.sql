-- Each replay of a delivery is an attempt of its own, with its own outcome.
CREATE TABLE "webhook_attempts" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" BIGINT NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stale" BOOLEAN NOT NULL DEFAULT false,
    "error" TEXT,
    "requested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "webhook_attempts_shop_id_delivery_id_idx" ON "webhook_attempts"("shop_id", "delivery_id");
-- Few rows are in it at any time.
CREATE INDEX "webhook_attempts_waiting_idx" ON "webhook_attempts"("shop_id", "id") WHERE "state" = 'waiting';
