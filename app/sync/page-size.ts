/** How many records to ask for at once: as many as Shopify's price for a query allows. */

/** The most that Shopify lets one query cost is 1,000 points; the rest is room for a page whose price varies. */
const TARGET_COST = 900
/** Shopify's limit for `first`. */
const LARGEST_PAGE = 250
export const FIRST_PAGE = 10

/** The next page's size from what the last one was priced at, which grows with its size. */
export function nextPageSize(size: number, requestedCost: number | null): number {
  if (requestedCost === null || requestedCost <= 0) return size
  return Math.min(LARGEST_PAGE, Math.max(1, Math.floor((size * TARGET_COST) / requestedCost)))
}
