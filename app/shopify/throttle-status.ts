/** A shop's bucket of points as Shopify states it in `extensions.cost` (https://shopify.dev/docs/api/usage/limits). */
export interface ThrottleStatus {
  maximumAvailable: number
  currentlyAvailable: number
  /** Points a second. */
  restoreRate: number
}
