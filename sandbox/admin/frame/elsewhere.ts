export type Destination =
  /** A page of the app. */
  | { kind: 'app'; path: string }
  /** A page of the sandbox, as path and query. */
  | { kind: 'sandbox'; path: string }
  /** An address that the sandbox has nothing for. */
  | { kind: 'unknown'; url: string }

const tabs = new Set(['products', 'customers', 'orders'])

/**
 * Where an address leads to that the app opens in the whole window. `shopify:admin/…` and
 * `https://admin.shopify.com/store/<handle>/…` are this shop's admin: its apps are the app, its records the shop page.
 */
export function destination(url: string, { domain, appUrl }: { domain: string; appUrl: string }): Destination {
  if (!URL.canParse(url)) return { kind: 'unknown', url }
  const { origin, protocol, host, pathname, search } = new URL(url)
  const app = new URL(appUrl)
  if (origin === app.origin) return { kind: 'app', path: `${pathname}${search}` }

  const handle = domain.replace(/\.myshopify\.com$/, '')
  const admin = `/store/${handle}/`
  let inside: string | null = null
  if (protocol === 'shopify:') inside = url.replace(/^shopify:\/*admin\/?/i, '')
  else if (host === 'admin.shopify.com' && pathname.startsWith(admin)) inside = pathname.slice(admin.length) + search
  else if (host === domain && pathname.startsWith('/admin/')) inside = pathname.slice('/admin/'.length) + search
  if (inside === null) return { kind: 'unknown', url }

  const [place = '', ...rest] = (inside.split('?')[0] ?? '').split('/')
  const page = `/store/${encodeURIComponent(domain)}`
  if (place === 'apps') {
    const path = rest.slice(1).join('/')
    return { kind: 'app', path: path ? `/${path}${inside.includes('?') ? `?${inside.split('?')[1]}` : ''}` : '/app' }
  }
  if (place === '') return { kind: 'sandbox', path: `${page}/data` }
  if (!tabs.has(place)) return { kind: 'unknown', url }
  const id = rest[0] ? `&id=${encodeURIComponent(rest[0])}` : ''
  return { kind: 'sandbox', path: `${page}/data?tab=${place}${id}` }
}
