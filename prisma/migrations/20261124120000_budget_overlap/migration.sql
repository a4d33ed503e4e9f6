-- Which requests overlapped is in `in_flight`: the order in which they left does not say in which Shopify charged them.
ALTER TABLE "shop_budgets" DROP COLUMN "settled_since";
