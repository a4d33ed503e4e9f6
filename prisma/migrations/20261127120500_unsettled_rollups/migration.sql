-- Every count asks which hours had something that was not applied when they were counted. They are few.
CREATE INDEX "webhook_rollups_unsettled_idx" ON "webhook_rollups"("hour") WHERE "pending" > 0 OR "dead" > 0;
