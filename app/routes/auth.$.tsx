import type { LoaderFunctionArgs } from '@remix-run/node'
import { withDocumentHeaders } from '~/document-headers.server'
import { shopify } from '~/shopify.server'

/** Shopify's library answers here by throwing: the page that fetches a session token, and ways out of the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  try {
    await shopify.authenticate.admin(request)
    return null
  } catch (answer) {
    throw answer instanceof Response ? withDocumentHeaders(request, answer) : answer
  }
}
