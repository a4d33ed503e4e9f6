-- When the permission doctor last looked at the shop.
ALTER TABLE "shops" ADD COLUMN     "examined_at" TIMESTAMPTZ(6);
