/** What the pages need to know of a shop, beside its data. */
export interface ShopDetails {
  /** Numeric, as text: it may be longer than a number holds exactly. */
  shopifyId: string
  name: string
  plan: string
  /** ISO 4217. */
  currency: string
  /** IANA name. */
  timezone: string
}
