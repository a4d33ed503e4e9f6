import type { ShopRow } from '~/db/shops.server'
import { log } from '~/log.server'
import { OWN_ID } from '~/own-id'
import { readExport } from './data-exports.server'

/** Nobody on the way keeps it. Who fetched what is in the log, as Shopify asks of apps with protected customer data. */
export async function downloadExport(shop: ShopRow, exportId: string): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  const content = OWN_ID.test(exportId) ? await readExport(shop.id, exportId) : null
  if (content === null) return Response.json({ error: 'There is no such export.' }, { status: 404, headers })
  log.info({ shop: shop.domain, exportId }, 'an export of personal data was downloaded')
  return new Response(content, {
    headers: {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="data-request-${exportId}.json"`,
    },
  })
}
