import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { KeyLine, SettingsPage } from '~/presenters/settings/settings-page'
import { SettingsView, type SettingsViewProps } from './settings-view'

const nothing = () => undefined
const moment = (text: string) => ({ iso: '2026-11-26T12:00:00Z', text })
const key: KeyLine = {
  ...{ id: '7', name: 'ETL', beginning: 'lk_Ab3xYz…' },
  ...{ createdAt: moment('13:00'), lastUsedAt: null },
}
const quiet: SettingsPage['subscriptions'] = {
  ...{ explanation: 'There is nothing to set up.', standing: null, lines: [] },
  ...{ canRegister: false, canRemove: false, failure: null },
}

/** The page's markup, and its text as a person reads it. */
function render(
  page: Partial<SettingsPage> = {},
  keys: Partial<SettingsViewProps['keys']> = {},
  subscriptions: Partial<SettingsViewProps['subscriptions']> = {},
  dataRequests: Partial<SettingsViewProps['dataRequests']> = {},
) {
  const view = (
    <SettingsView
      page={{
        keys: [],
        mostKeys: 20,
        dataRequests: [],
        requestPages: null,
        subscriptions: quiet,
        timezone: 'Europe/Berlin',
        ...page,
      }}
      keys={{
        ...{ made: null, nameError: null, isMaking: false, isRevoking: false, onMake: nothing, onRevoke: nothing },
        ...keys,
      }}
      dataRequests={{
        ...{
          downloading: null,
          failure: null,
          isReading: false,
          onDownload: nothing,
          onLookAgain: nothing,
          onPage: nothing,
        },
        ...dataRequests,
      }}
      subscriptions={{
        ...{ message: null, isChanging: false, isReading: false, onChange: nothing, onRetry: nothing },
        ...subscriptions,
      }}
    />
  )
  const markup = renderToStaticMarkup(<AppProvider i18n={english}>{view}</AppProvider>)
  const text = markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  return { markup, text }
}

it('shows what there is when there is nothing: no key, no subscription, no button that makes no sense', () => {
  const { markup, text } = render()
  expect(text).toContain('There is no API key yet.')
  expect(text).toContain('There are no subscriptions for this shop alone.')
  expect(text).not.toMatch(/Register|Remove|Revoke/)
  expect(markup.match(/variantPrimary/g)).toHaveLength(1)
})

it('lists keys by their beginning, and when they were used', () => {
  const used = { ...key, id: '8', name: 'Used', lastUsedAt: moment('14:30') }
  const { text } = render({ keys: [key, used] })
  expect(text).toMatch(/ETL lk_Ab3xYz… 13:00 Never/)
  expect(text).toMatch(/Used lk_Ab3xYz… 13:00 14:30/)
})

it('shows a new key in full, with the warning that it is now or never, as long as the key is there', () => {
  const made = { id: '7', name: 'ETL', key: 'lk_Ab3xYz-the-rest' }
  const { markup, text } = render({ keys: [key] }, { made })
  expect(markup).toContain('value="lk_Ab3xYz-the-rest"')
  expect(text).toContain('It can’t be shown again.')
  expect(render({ keys: [] }, { made }).markup).not.toContain('the-rest')
})

it('lists who asked for their data, and offers what is ready', () => {
  const asked = { requestedAt: moment('9:00'), keptUntil: moment('26 Dec') }
  const ready = { id: '1', customer: 'Ada Lee', state: 'ready', ...asked } as const
  const other = { id: '2', customer: 'Customer 9', state: 'preparing', ...asked } as const
  const { markup, text } = render({ dataRequests: [ready, other] })
  expect(text).toMatch(/Ada Lee 9:00 Success Ready 26 Dec Download/)
  expect(text).toMatch(/Customer 9 9:00 Info Being prepared 26 Dec/)
  expect(markup.match(/Download the data of/g)).toHaveLength(1)
  expect(text).toContain('Look again')
  expect(text).not.toContain('contact support')
  const failing = render({ dataRequests: [{ ...other, state: 'failing' }] })
  expect(failing.text).toContain('Lockstep tries again by itself')
  expect(render({ dataRequests: [ready] }, {}, {}, { failure: 'Try again.' }).text).toContain('Try again.')
  expect(render().text).toContain('No customer has asked for their data.')
})

it('tells which of the data requests it shows when there are more', () => {
  const asked = { requestedAt: moment('9:00'), keptUntil: moment('26 Dec') }
  const dataRequests = [{ id: '1', customer: 'Ada Lee', state: 'ready', ...asked } as const]
  const requestPages = { page: 2, text: '101–101 of 101', hasNewer: true, hasOlder: false }
  const { markup, text } = render({ dataRequests, requestPages })
  expect(text).toContain('101–101 of 101')
  expect(markup).toContain('Pages of customer data requests')
  const none = { ...requestPages, text: 'None of 101' }
  expect(render({ requestPages: none }).text).not.toContain('No customer has asked')
  expect(render({ dataRequests }).markup).not.toContain('Pages of customer data requests')
})

it('says that there can be no more keys', () => {
  const keys = Array.from({ length: 20 }, (_, index) => ({ ...key, id: String(index) }))
  expect(render({ keys }).text).toContain('There are 20 keys, which is the most.')
  expect(render({ keys: keys.slice(1) }).text).not.toContain('which is the most')
})

it('shows what is missing with the button that puts it right', () => {
  const standing = { text: 'Missing: shop/update.', isFailure: true }
  const { text } = render({ subscriptions: { ...quiet, standing, canRegister: true } })
  expect(text).toMatch(/Missing: shop\/update\. .*Register/)
})

it('tells whose each subscription is', () => {
  const lines = [
    { id: '1', topic: 'shop/update', uri: 'https://app.example.com/webhooks/other', isManaged: true },
    { id: '2', topic: 'orders/create', uri: 'pubsub://project:topic', isManaged: false },
  ]
  const { text } = render({ subscriptions: { ...quiet, lines, canRemove: true } })
  expect(text).toMatch(/Remove .*shop\/update https:\/\/app\.example\.com\/webhooks\/other Lockstep/)
  expect(text).toMatch(/orders\/create pubsub:\/\/project:topic Elsewhere/)
})

it('says in its place that Shopify could not be read, and offers to try again', () => {
  const failure = 'Shopify does not answer at the moment. Try again in a minute.'
  const { text } = render({ keys: [key], subscriptions: { ...quiet, failure } })
  expect(text).toContain(`could not be read ${failure} Try again`)
  expect(text).not.toContain('There are no subscriptions')
  expect(text).toContain('ETL')
})

it('tells what became of a change where it was asked for, and while it goes on', () => {
  const message = { text: 'Done: 2 topics changed.', isFailure: false }
  expect(render({}, {}, { message }).text).toContain('Done: 2 topics changed.')
  expect(render({}, {}, { message, isChanging: true }).text).toContain('Asking Shopify …')
})
