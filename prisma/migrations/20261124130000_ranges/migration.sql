-- AlterTable
ALTER TABLE "sync_logs" ADD COLUMN     "window_by" TEXT NOT NULL DEFAULT 'updated_at';

-- AlterTable
ALTER TABLE "sync_states" ADD COLUMN     "range_checkpoints" JSONB NOT NULL DEFAULT '{}';
