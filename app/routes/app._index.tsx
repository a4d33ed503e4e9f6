import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData } from '@remix-run/react'
import { useState } from 'react'
import { authenticatedShop } from '~/authenticated-shop.server'
import { HomeView } from '~/components/home/home-view'
import { keepLastPage } from '~/components/home/keep-last-page'
import { syncMessage } from '~/components/home/sync-message'
import { follow, type FollowedSync, progressOfSync, type SyncAnswer } from '~/components/home/sync-request'
import { syncRequestSchema } from '~/components/home/sync-request-schema'
import { useLivePage } from '~/components/home/use-live-page'
import { enqueueSync } from '~/jobs/enqueue.server'
import { homePage } from '~/presenters/home.server'
import { resolveLocale } from '~/presenters/home/format'

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
  const wanted = syncRequestSchema.safeParse(Object.fromEntries(await request.formData()))
  if (!wanted.success) return { outcome: 'unreadable' }
  const { resource, force } = wanted.data
  return { outcome: 'queued', jobs: await enqueueSync(shop.id, resource, { trigger: 'manual', force }) }
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
      onSync={(resource, force) => {
        setFollowed(follow(resource, page))
        fetcher.submit({ resource, force }, { method: 'post' })
      }}
    />
  )
}
