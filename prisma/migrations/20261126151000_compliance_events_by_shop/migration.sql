-- Of two shops whose deliveries had the same id, the second was taken for a repetition.
DROP INDEX "compliance_events_webhook_id_key";
CREATE UNIQUE INDEX "compliance_events_shop_hash_topic_webhook_id_key" ON "compliance_events"("shop_hash", "topic", "webhook_id");
