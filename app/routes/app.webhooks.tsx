import type { LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useLoaderData } from '@remix-run/react'
import { authenticatedShop } from '~/authenticated-shop.server'
import { keepLastPage } from '~/components/home/keep-last-page'
import { useLivePage } from '~/components/home/use-live-page'
import { WebhooksView } from '~/components/webhooks/webhooks-view'
import { resolveLocale } from '~/presenters/home/format'
import { webhooksPage } from '~/presenters/webhooks.server'

/** Deliveries are counted once a minute. */
const REST_MS = 10_000

export async function loader({ request }: LoaderFunctionArgs) {
  const shop = await authenticatedShop(request)
  const locale = resolveLocale(new URL(request.url).searchParams.get('locale'))
  return { page: await webhooksPage(shop, new Date(), locale), isReachable: true }
}

const readOrKeep = keepLastPage<Awaited<ReturnType<typeof loader>>>()

export const clientLoader = ({ serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(() => serverLoader<typeof loader>())
clientLoader.hydrate = true as const

export default function Webhooks() {
  const { page, isReachable } = useLoaderData<typeof clientLoader>()
  useLivePage(isReachable, REST_MS)
  return <WebhooksView page={page} isReachable={isReachable} />
}
