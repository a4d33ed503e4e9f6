-- The last slot of each resource that was enqueued, and the one after it: what is missed while no scheduler runs.
CREATE TABLE "schedule_slots" (
    "resource" TEXT NOT NULL,
    "slot" TIMESTAMPTZ(6) NOT NULL,
    "next_slot" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "schedule_slots_pkey" PRIMARY KEY ("resource")
);
