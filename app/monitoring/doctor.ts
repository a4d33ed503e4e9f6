/** What a shop's copy lacks for want of a permission, or will lack when a version of the API ends. Pure. */

export const FINDING_CODES = [
  'missing-scopes',
  'withheld-fields',
  'sixty-day-window',
  'api-version-ending',
  'api-version-fall-forward',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

export interface Finding {
  code: FindingCode
  /** What exactly: scopes, fields or versions. */
  detail: { items: string[] }
}

export interface Examined {
  /** As Shopify granted them; null: not known. */
  grantedScopes: readonly string[] | null
  neededScopes: readonly string[]
  /** The copy has orders from before the sixty days that come without read_all_orders. */
  hasOlderOrders: boolean
  /** Columns that are empty in all of many records. */
  emptyColumns: readonly string[]
  /** `2026-10` */
  apiVersion: string
  now: Date
}

/** Spares work and is not needed for a faithful copy: without it, pulls and comparisons find what a merge has changed. */
const WELCOME_SCOPES: readonly string[] = ['read_customer_merge']

const DAY_MS = 86_400_000
/** Time to deploy a new version of the app before the old one of the API ends. */
const WARN_BEFORE_DAYS = 60

export function diagnose(examined: Examined): Finding[] {
  const { grantedScopes, neededScopes, hasOlderOrders, emptyColumns, apiVersion, now } = examined
  const findings: Finding[] = []
  const find = (code: FindingCode, items: readonly string[]) => findings.push({ code, detail: { items: [...items] } })
  if (grantedScopes !== null) {
    const missing = neededScopes.filter((scope) => !WELCOME_SCOPES.includes(scope) && !isGranted(scope, grantedScopes))
    if (missing.length > 0) find('missing-scopes', missing)
    const readsOrders = isGranted('read_orders', grantedScopes)
    if (readsOrders && !isGranted('read_all_orders', grantedScopes) && !hasOlderOrders) {
      find('sixty-day-window', ['read_all_orders'])
    }
  }
  if (emptyColumns.length > 0) find('withheld-fields', emptyColumns)
  const endsAt = endOfVersion(apiVersion)
  if (endsAt !== null && endsAt.getTime() - now.getTime() < WARN_BEFORE_DAYS * DAY_MS) {
    find('api-version-ending', [apiVersion, endsAt.toISOString().slice(0, 10)])
  }
  return findings
}

/** Who may write may read (https://shopify.dev/docs/api/usage/access-scopes). */
function isGranted(scope: string, granted: readonly string[]): boolean {
  return granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'))
}

/** A version is supported for twelve months (https://shopify.dev/docs/api/usage/versioning). Null: it has no date. */
export function endOfVersion(version: string): Date | null {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(version) ?? []
  return year === undefined ? null : new Date(Date.UTC(Number(year) + 1, Number(month) - 1, 1))
}

export interface Explanation {
  title: string
  consequence: string
  cure: string
}

/** For the merchant: what it means for the copy, and what to do. `items`: as they are to be shown. */
export function explain(code: FindingCode, items: readonly string[]): Explanation {
  const named = items.join(', ')
  switch (code) {
    case 'missing-scopes':
      return {
        title: 'Lockstep lacks permissions that it needs',
        consequence: `Without ${named}, what they protect cannot be read, and the copy lacks it.`,
        cure: 'Open Lockstep anew from the Shopify admin and accept the permissions it asks for.',
      }
    case 'withheld-fields':
      return {
        title: 'Shopify withholds some customer data',
        consequence: `These fields are empty in the copy, though the shop may have values: ${named}.`,
        cure: "The app's developer has to be granted access to protected customer data; then use Sync now with “Everything again”.",
      }
    case 'sixty-day-window':
      return {
        title: 'Orders older than 60 days are not read',
        consequence:
          'Shopify shows an app the orders of the last 60 days unless it may read all orders. Older ones are missing in the copy.',
        cure: "The app's developer has to be granted read_all_orders by Shopify; the permission is then asked for when you open Lockstep.",
      }
    case 'api-version-ending':
      return {
        title: 'A new version of Lockstep is needed soon',
        consequence: `Shopify ends version ${items[0] ?? ''} of its API on ${items[1] ?? ''}. What it answers after that may differ.`,
        cure: "The app's developer has to update Lockstep before that day.",
      }
    case 'api-version-fall-forward':
      return {
        title: 'Lockstep is older than what Shopify still supports',
        consequence: `Shopify answers by version ${items[1] ?? ''} of its API instead of ${items[0] ?? ''}. Some fields may be missing or mean something else.`,
        cure: "The app's developer has to update Lockstep now.",
      }
  }
}
