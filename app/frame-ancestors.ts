const NOBODY = "frame-ancestors 'none';"

/** `policy` as Shopify's library sets it, null when it sets none. `sandboxUrl`: where a stand-in's admin frame is. */
export function allowFrame(policy: string | null, sandboxUrl: string | undefined): string {
  if (policy === null) return NOBODY
  if (sandboxUrl === undefined) return policy
  return policy.replace(/;?\s*$/, ` ${new URL(sandboxUrl).origin};`)
}
