import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData } from '@remix-run/react'
import { useState } from 'react'
import { authenticatedShop } from '~/authenticated-shop.server'
import { HomeView } from '~/components/home/home-view'
import { keepLastPage } from '~/components/home/keep-last-page'
import { syncMessage } from '~/components/home/sync-message'
import { follow, type FollowedSync, progressOfSync, type SyncAnswer } from '~/components/home/sync-request'
import { readSyncRequest } from '~/components/home/sync-request-schema'
import { useLivePage } from '~/components/home/use-live-page'
import { enqueueRange, enqueueSync } from '~/jobs/enqueue.server'
import { homePage } from '~/presenters/home.server'
import { resolveLocale } from '~/presenters/home/format'
import { knownTimezone } from '~/shop-day'

export async function loader({ request }: LoaderFunctionArgs) {
  const shop = await authenticatedShop(request)
  const locale = resolveLocale(new URL(request.url).searchParams.get('locale'))
  return { page: await homePage(shop, new Date(), locale), isReachable: true }
}

const readOrKeep = keepLastPage<Awaited<ReturnType<typeof loader>>>()

export const clientLoader = ({ serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(() => serverLoader<typeof loader>())
clientLoader.hydrate = true as const

export async function action({ request }: ActionFunctionArgs): Promise<SyncAnswer> {
  const shop = await authenticatedShop(request)
  const fields = Object.fromEntries(await request.formData())
  const wanted = readSyncRequest(fields, knownTimezone(shop.timezone), new Date())
  if (wanted.outcome !== 'read') return wanted
  const { resource, extent } = wanted
  const jobs =
    extent === 'created'
      ? await enqueueRange(shop.id, resource, { trigger: 'manual', range: wanted.range })
      : await enqueueSync(shop.id, resource, { trigger: 'manual', force: extent === 'everything' })
  return { outcome: 'queued', jobs }
}

export default function Home() {
  const { page, isReachable } = useLoaderData<typeof clientLoader>()
  const fetcher = useFetcher<typeof action>()
  const [followed, setFollowed] = useState<FollowedSync | null>(null)
  useLivePage(isReachable)
  return (
    <HomeView
      page={page}
      isReachable={isReachable}
      message={syncMessage(fetcher.data, followed && progressOfSync(followed, page))}
      dayErrors={fetcher.state !== 'submitting' && fetcher.data?.outcome === 'refused' ? fetcher.data.errors : {}}
      onSync={(wish) => {
        const { resource, extent, days } = wish
        setFollowed(follow(wish, page))
        fetcher.submit({ resource, extent, ...(extent === 'created' ? days : {}) }, { method: 'post' })
      }}
    />
  )
}
