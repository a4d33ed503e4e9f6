import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { describeHealth } from '~/presenters/webhooks/describe-health'
import { describePage } from '~/presenters/webhooks/describe-page'
import { healthShop, noon, topicFacts, webhookFacts } from '~/presenters/webhooks/example-facts'
import { WebhooksView } from './webhooks-view'

const letters = { lines: [], total: 0, totalText: '0', topics: [] }

/** The page's markup, and its text as a person reads it. */
function render(facts = webhookFacts(), isReachable = true) {
  const [shop, circumstances] = [healthShop(), { now: noon, locale: 'en-GB' }]
  const page = describePage(shop, describeHealth(shop, facts, circumstances), circumstances)
  const markup = renderToStaticMarkup(
    <AppProvider i18n={english}>
      <WebhooksView
        page={page}
        isReachable={isReachable}
        deadLetters={{ letters, message: null, onReplay: () => undefined }}
      />
    </AppProvider>,
  )
  const text = markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  return { markup, text }
}

it('says in words whether changes arrive, how fast, and each kind of them', () => {
  const { markup, text } = render()
  expect(text).toContain('Changes arrive as they should')
  expect(text).toContain('Since 21 Nov, 12:00, of all that Shopify announced.')
  expect(text).toContain('From Shopify to Lockstep Half within 1.2 secs')
  expect(text).toContain('Orders: changed orders/updated')
  expect(text).toContain('Counted at 11:59. Times are in Europe/Berlin.')
  expect(markup).toContain('<ui-title-bar title="Webhooks">')
})

it('says of a shop that has heard nothing that this is no failure', () => {
  const { text } = render(webhookFacts([]))
  expect(text).toContain('Waiting for the first change')
  expect(text).toContain('there is nothing to measure')
  expect(text).toContain('Never yet')
  expect(text).not.toContain('NaN')
})

it('shows what needs somebody at the kind of change that it concerns, and at the top', () => {
  const { text } = render(webhookFacts([topicFacts({ unapplied: { dead: 2, deadOpen: 2 } })]))
  expect(text).toContain('2 changes that Shopify announced could not be applied')
  expect(text).toContain('Orders: changed Critical 2 not applied')
})

it('says what was refused, why and how often, and that whoever sent it only claimed to be this shop', () => {
  expect(render().text).toContain('Anybody can send them; nothing of them is in the copy. None in the last 7 days.')
  const refused = [{ reason: 'signature-wrong', hour: 2, day: 1_200, week: 9_876 }]
  const { text } = render(webhookFacts([topicFacts()], { refused }))
  expect(text).toContain('Requests in this shop’s name that were refused.')
  expect(text).toMatch(/A wrong signature 2 1,200 9,876/)
  expect(text).not.toContain('None in the last 7 days')
})

it('says so when it cannot be brought up to date, and interrupts a screen reader with that alone', () => {
  const statusOf = (isReachable: boolean) => {
    const { markup } = render(webhookFacts(), isReachable)
    return [...markup.matchAll(/role="status">(.*?)<\/div>/g)]
      .map(([, inner]) => inner!.replace(/<[^>]+>/g, ''))
      .join('')
  }
  expect(statusOf(false)).toContain('The figures are the last ones known')
  expect(statusOf(true)).not.toMatch(/Counted|up to date/)
})

it('has headings that skip no level, and a header for every column', () => {
  const { markup } = render()
  const levels = [...markup.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels[0]).toBe(1)
  expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true)
  const headers = [...markup.matchAll(/<th[ >].*?<\/th>/g)].map(([cell]) => cell.replace(/<[^>]+>/g, ''))
  expect(headers).toEqual(expect.arrayContaining(['Change', 'Last announced', 'Since 21 Nov, 12:00', 'Not applied']))
})
