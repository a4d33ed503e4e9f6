/** GET /app/data-requests/…: one export, for the shop in the session token. Fetched by the settings page. */
import type { LoaderFunctionArgs } from '@remix-run/node'
import { authenticatedShop } from '~/authenticated-shop.server'
import { downloadExport } from '~/compliance/download-export.server'

export async function loader({ request, params }: LoaderFunctionArgs): Promise<Response> {
  const shop = await authenticatedShop(request)
  return downloadExport(shop, params['id'] ?? '')
}
