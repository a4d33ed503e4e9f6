-- Requests to /webhooks/* that were refused, by the hour (UTC) and by the shop that they claimed to be from.
CREATE TABLE "webhook_refusals" (
    "shop_id" BIGINT NOT NULL,
    "hour" TIMESTAMPTZ(6) NOT NULL,
    "status" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "webhook_refusals_pkey" PRIMARY KEY ("shop_id","hour","status","reason")
);

-- CreateIndex
CREATE INDEX "webhook_refusals_hour_idx" ON "webhook_refusals"("hour");
