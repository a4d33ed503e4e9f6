-- AlterTable
ALTER TABLE "sync_logs" ADD COLUMN     "window_by" TEXT NOT NULL DEFAULT 'updated_at';

-- AlterTable
ALTER TABLE "sync_states" ADD COLUMN     "range_checkpoints" JSONB NOT NULL DEFAULT '{}';

-- DropIndex
DROP INDEX "sync_logs_shop_id_sync_type_created_at_idx";

-- CreateIndex
CREATE INDEX "sync_logs_shop_id_sync_type_window_by_created_at_idx" ON "sync_logs"("shop_id", "sync_type", "window_by", "created_at");
