/** Which checkouts Shopify lists as abandoned. */
import type { CheckoutRecord } from './model.ts'

/** From then on the address that brings a buyer back works (https://community.shopify.com/t/204272). */
const ABANDONED_AFTER_MS = 10 * 60_000

/**
 * "A checkout is considered abandoned when a customer adds contact information but doesn't complete their purchase.
 * Includes both abandoned and recovered checkouts."
 * (https://shopify.dev/docs/api/admin-graphql/latest/queries/abandonedCheckouts) So one without contact information is
 * never listed, and neither is one that was completed at once: a purchase like any other. The documentation names no
 * time after which a completed one counts as recovered; the ten minutes are what sellers saw.
 */
export function isListed({ email, phone, createdAt, completedAt }: CheckoutRecord): boolean {
  if ((email ?? phone) === null) return false
  return completedAt === null || Date.parse(completedAt) - Date.parse(createdAt) >= ABANDONED_AFTER_MS
}
