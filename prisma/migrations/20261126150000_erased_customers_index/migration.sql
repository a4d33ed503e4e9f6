-- Every batch of deliveries asks which of its customers have been erased. They are few, and nobody else is in this index.
CREATE INDEX "customers_erased_idx" ON "customers"("shop_id", "id") WHERE "deleted_via" = 'customers/redact';
