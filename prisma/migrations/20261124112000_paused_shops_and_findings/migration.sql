-- Shops that Shopify does not let us read at present.
ALTER TABLE "shops" ADD COLUMN     "authorized_at" TIMESTAMPTZ(6),
ADD COLUMN     "pause_reason" TEXT,
ADD COLUMN     "paused_since" TIMESTAMPTZ(6),
ADD COLUMN     "probed_at" TIMESTAMPTZ(6);

-- What the permission doctor found.
CREATE TABLE "findings" (
    "shop_id" BIGINT NOT NULL,
    "code" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "since" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "findings_pkey" PRIMARY KEY ("shop_id","code")
);
