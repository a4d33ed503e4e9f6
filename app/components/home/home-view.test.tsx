import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  failedRun,
  goingRun,
  homeFacts,
  minutesBefore,
  noon,
  resourceFacts,
  runFacts,
  unreadFacts,
} from '~/presenters/home/example-facts'
import { describeHome } from '~/presenters/home/describe-home'
import type { HomeFacts } from '~/presenters/home/facts'
import { HomeView, type HomeViewProps } from './home-view'

const shop = {
  timezone: 'Europe/Berlin',
  installedAt: minutesBefore(1),
  uninstalledAt: null,
  pausedSince: null,
  pauseReason: null,
}

/** The page's markup, and its text as a person reads it. */
function render(facts: Partial<HomeFacts> = {}, props: Partial<HomeViewProps> = {}) {
  const page = describeHome(shop, homeFacts(facts), { now: noon, locale: 'en-GB', lateAfterMs: () => 40 * 60_000 })
  const view = <HomeView page={page} isReachable message={null} dayErrors={{}} onSync={() => undefined} {...props} />
  const markup = renderToStaticMarkup(<AppProvider i18n={english}>{view}</AppProvider>)
  const text = markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&#x27;', "'")
  return { markup, text }
}

const levels = (markup: string) => [...markup.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))

it('shows a complete copy: counts, freshness, one primary action', () => {
  const { markup, text } = render()
  expect(text).toContain('Up to date')
  expect(text).toContain('1,234')
  expect(text).toContain('2,001 variants')
  expect(text).toContain('Data as of 11:50')
  expect(text).toContain('Times are in Europe/Berlin.')
  expect(markup.match(/variantPrimary/g)).toHaveLength(1)
  expect(markup).toContain('<ui-title-bar title="Lockstep">')
})

it('says after the install that the first copy is about to begin', () => {
  const resources = [unreadFacts(), unreadFacts({ resource: 'customers' }), unreadFacts({ resource: 'orders' })]
  const { text } = render({ resources })
  expect(text).toContain('The first copy is about to begin')
  expect(text).toContain('No complete copy yet')
  expect(text).toContain('No run has begun yet.')
  expect(text).toContain('Nothing has been written yet.')
})

it('shows how far the first copy is, overall and per resource', () => {
  const run = goingRun({ expected: 200, processed: 86 })
  const rest = homeFacts({})
    .resources.slice(1)
    .map((facts) => ({ ...facts, records: 0 }))
  const { markup, text } = render({ resources: [unreadFacts({ newestRun: run }), ...rest], runs: [run] })
  expect(text).toContain('First copy under way: 43%')
  expect(text).toContain('86 of 200 read')
  expect(markup.match(/role="progressbar"|<progress/g)).toHaveLength(2)
})

it('shows a failure where it happened, with what to do, and in the list of runs', () => {
  const run = failedRun({ id: '4711' })
  const failed = resourceFacts({ newestRun: run, newestEndedRun: run, consecutiveFailures: 1 })
  const { text } = render({ resources: [failed, ...homeFacts().resources.slice(1)], runs: [run] })
  expect(text).toContain('1 of 4 resources is behind: products')
  expect(text.match(/Shopify did not answer\./g)).toHaveLength(3)
  expect(text).toContain('Lockstep tries again by itself; to try at once, use Sync now.')
  expect(text).toContain('run 4711')
})

it('says so when it cannot be brought up to date', () => {
  const { text } = render({}, { isReachable: false })
  expect(text).toContain('The figures are the last ones known')
})

it('tells the outcome of a sync in a region that is read out', () => {
  const { markup } = render({}, { message: { text: 'Finished. Orders: Nothing new.', isFailure: false } })
  expect(markup).toMatch(/role="status"[^>]*>(<[^>]+>)*Finished\. Orders/)
})

describe('for those who do not see it', () => {
  const { markup } = render({
    runs: [runFacts({ id: '9' })],
    changes: [
      {
        resource: 'products',
        id: '1',
        name: '<b>Cup</b>',
        channel: 'webhook',
        syncedAt: noon,
        deletedAt: null,
        runId: null,
        topic: 'products/update',
      },
    ],
  })

  it('headings begin with the page’s own and skip no level', () => {
    const found = levels(markup)
    expect(found[0]).toBe(1)
    expect(found.filter((level) => level === 1)).toHaveLength(1)
    expect(found.every((level, index) => level <= (found[index - 1] ?? 0) + 1)).toBe(true)
  })

  it('every field has its label and every column its header', () => {
    const labels = [...markup.matchAll(/<label[^>]* for="([^"]+)"/g)].map(([, id]) => id)
    const fields = [...markup.matchAll(/<(?:input|select)[^>]* id="([^"]+)"/g)].map(([, id]) => id)
    expect(fields.length).toBeGreaterThanOrEqual(2)
    expect(labels).toEqual(expect.arrayContaining(fields))
    const headers = [...markup.matchAll(/<th[ >].*?<\/th>/g)].map(([cell]) => cell.replace(/<[^>]+>/g, ''))
    expect(headers).toEqual(expect.arrayContaining(['Record', 'Source', 'Run', 'Outcome', 'Duration']))
  })

  it('what a shop wrote is text, never markup', () => {
    expect(markup).not.toContain('<b>Cup')
    expect(markup).toContain('&lt;b&gt;Cup')
  })
})
