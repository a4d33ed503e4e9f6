/** What Shopify adds to the address of an embedded app. None of it belongs to the app's own address. */
const launchParameters = ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp']

/**
 * Path, query and fragment of a page of the app, as the app itself would write it: without an origin and without
 * what the admin added to open it. Takes a path or an absolute URL.
 */
export function appAddress(href: string): string {
  const url = new URL(href, 'http://app.invalid')
  for (const name of launchParameters) url.searchParams.delete(name)
  return `${url.pathname}${url.search}${url.hash}`
}
