-- CreateTable
CREATE TABLE "reconciliations" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" BIGINT NOT NULL,
    "resource" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "operation" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(6) NOT NULL,
    "compared" INTEGER,
    "missing" INTEGER NOT NULL DEFAULT 0,
    "stale" INTEGER NOT NULL DEFAULT 0,
    "different" INTEGER NOT NULL DEFAULT 0,
    "vanished" INTEGER NOT NULL DEFAULT 0,
    "duration" INTEGER,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "reconciliations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconciliation_differences" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" BIGINT NOT NULL,
    "reconciliation_id" BIGINT NOT NULL,
    "resource" TEXT NOT NULL,
    "record_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "missed_topic" TEXT NOT NULL,
    "missed_by_pull" BOOLEAN NOT NULL,
    "source_updated_at" TIMESTAMPTZ(6),
    "copy_updated_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reconciliation_differences_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "reconciliations_shop_id_resource_created_at_idx" ON "reconciliations"("shop_id", "resource", "created_at");

-- CreateIndex
CREATE INDEX "reconciliation_differences_shop_id_reconciliation_id_idx" ON "reconciliation_differences"("shop_id", "reconciliation_id");

-- CreateIndex
CREATE INDEX "reconciliation_differences_shop_id_created_at_idx" ON "reconciliation_differences"("shop_id", "created_at");
