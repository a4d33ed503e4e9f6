import { z } from 'zod'

/** The `*.myshopify.com` domain of the caller's shop, which every request names so that none is meant for another. */
export const tenantId = z
  .string('is missing: the myshopify.com domain of your shop')
  .min(1, 'is empty: it is the myshopify.com domain of your shop')
  .max(255, 'is too long for the myshopify.com domain of a shop')

/** Domains are the same in upper and lower case. */
export const isOwnTenant = (shop: { domain: string }, named: string): boolean =>
  named.toLowerCase() === shop.domain.toLowerCase()
