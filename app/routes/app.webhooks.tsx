import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData } from '@remix-run/react'
import { authenticatedShop } from '~/authenticated-shop.server'
import { keepLastPage } from '~/components/home/keep-last-page'
import { useLivePage } from '~/components/home/use-live-page'
import { type ReplayMessage, shownMessage } from '~/components/webhooks/replay-request'
import { WebhooksView } from '~/components/webhooks/webhooks-view'
import { resolveLocale } from '~/presenters/home/format'
import { webhooksPage } from '~/presenters/webhooks.server'
import { deadLetters } from '~/presenters/webhooks/dead-letters.server'
import { replayMessage } from '~/presenters/webhooks/replay-message'
import { replayAction } from '~/webhooks/replay-action.server'

/** Deliveries are counted once a minute. */
const REST_MS = 10_000

export async function loader({ request }: LoaderFunctionArgs) {
  const shop = await authenticatedShop(request)
  const locale = localeOf(request)
  const now = new Date()
  const [page, letters] = await Promise.all([webhooksPage(shop, now, locale), deadLetters(shop, now, locale)])
  return { page, letters, isReachable: true }
}

export async function action({ request }: ActionFunctionArgs): Promise<ReplayMessage> {
  const shop = await authenticatedShop(request)
  const answer = await replayAction(shop.id, Object.fromEntries(await request.formData()))
  return replayMessage(answer, localeOf(request))
}

const localeOf = ({ url }: Request) => resolveLocale(new URL(url).searchParams.get('locale'))

const readOrKeep = keepLastPage<Awaited<ReturnType<typeof loader>>>()

export const clientLoader = ({ serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(() => serverLoader<typeof loader>())
clientLoader.hydrate = true as const

export default function Webhooks() {
  const { page, letters, isReachable } = useLoaderData<typeof clientLoader>()
  const fetcher = useFetcher<typeof action>()
  useLivePage(isReachable, REST_MS)
  return (
    <WebhooksView
      page={page}
      isReachable={isReachable}
      deadLetters={{
        letters,
        message: shownMessage(fetcher.state === 'submitting', fetcher.data),
        onReplay: (wish) => fetcher.submit(wish, { method: 'post' }),
      }}
    />
  )
}
