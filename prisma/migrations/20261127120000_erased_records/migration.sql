-- Orders and checkouts of erased people: what comes late of one, and names no customer, is known by its id.
CREATE TABLE "erased_records" (
    "shop_id" BIGINT NOT NULL,
    "resource" TEXT NOT NULL,
    "record_id" BIGINT NOT NULL,

    CONSTRAINT "erased_records_pkey" PRIMARY KEY ("shop_id", "resource", "record_id")
);
