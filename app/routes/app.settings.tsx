import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useFetcher, useLoaderData, useRevalidator, useSearchParams } from '@remix-run/react'
import { authenticatedShop } from '~/authenticated-shop.server'
import { requestPageOf, withRequestPage } from '~/components/settings/request-page'
import type { SettingsAnswer } from '~/components/settings/settings-request'
import { readSettingsRequest } from '~/components/settings/settings-request-schema'
import { SettingsView } from '~/components/settings/settings-view'
import { useDownload } from '~/components/settings/use-download'
import { settingsAction } from '~/management/settings-action.server'
import { resolveLocale } from '~/presenters/home/format'
import { settingsPage } from '~/presenters/settings.server'

export async function loader({ request }: LoaderFunctionArgs) {
  const shop = await authenticatedShop(request)
  const { searchParams } = new URL(request.url)
  const locale = resolveLocale(searchParams.get('locale'))
  return { page: await settingsPage(shop, new Date(), locale, requestPageOf(searchParams)) }
}

export async function action({ request }: ActionFunctionArgs): Promise<SettingsAnswer> {
  const shop = await authenticatedShop(request)
  const read = readSettingsRequest(Object.fromEntries(await request.formData()))
  return read.outcome === 'read' ? settingsAction(shop, read.wish) : read
}

/** One fetcher for each kind of request, so that the answer of one does not take the place of another's. */
export default function Settings() {
  const { page } = useLoaderData<typeof loader>()
  const revalidator = useRevalidator()
  const [, setSearch] = useSearchParams()
  const { downloading, failure, download } = useDownload()
  const make = useFetcher<typeof action>()
  const revoke = useFetcher<typeof action>()
  const change = useFetcher<typeof action>()
  const ask = (fetcher: typeof make, fields: Record<string, string>) => fetcher.submit(fields, { method: 'post' })
  return (
    <SettingsView
      page={page}
      keys={{
        made: make.data?.outcome === 'key-made' ? make.data.made : null,
        nameError: make.state !== 'submitting' && make.data?.outcome === 'key-refused' ? make.data.error : null,
        isMaking: make.state !== 'idle',
        isRevoking: revoke.state !== 'idle',
        onMake: (name) => ask(make, { intent: 'create-key', name }),
        onRevoke: (id) => ask(revoke, { intent: 'revoke-key', id }),
      }}
      dataRequests={{
        downloading,
        failure,
        isReading: revalidator.state !== 'idle',
        onDownload: (id) => void download(id),
        onLookAgain: () => revalidator.revalidate(),
        onPage: (number) => setSearch(withRequestPage(number), { preventScrollReset: true }),
      }}
      subscriptions={{
        message: change.data?.outcome === 'subscriptions' ? change.data : null,
        isChanging: change.state !== 'idle',
        isReading: revalidator.state !== 'idle',
        onChange: (intent) => ask(change, { intent }),
        onRetry: () => revalidator.revalidate(),
      }}
    />
  )
}
