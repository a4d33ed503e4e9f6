-- An event that is not completed says so. Until now each had the time at which it came, also one that nothing was done about:
-- of those without any rows it is not known whether something was.
ALTER TABLE "compliance_events" ADD COLUMN "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "compliance_events" SET "received_at" = "completed_at";
ALTER TABLE "compliance_events" ALTER COLUMN "completed_at" DROP NOT NULL, ALTER COLUMN "completed_at" DROP DEFAULT;
UPDATE "compliance_events" SET "completed_at" = NULL WHERE "rows" = '{}';
