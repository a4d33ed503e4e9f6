import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { DeadLetterLine, DeadLetters as Letters } from '~/presenters/webhooks/dead-letters'
import { DeadLetters, type DeadLettersProps } from './dead-letters'
import { shownMessage } from './replay-request'

const line = (changes: Partial<DeadLetterLine> = {}): DeadLetterLine => ({
  ...{ id: '7', topic: 'orders/updated', attempts: '10', reason: 'The database refused it (PostgreSQL 23514).' },
  ...{ received: { iso: '2026-11-25T10:00:00Z', text: '25 Nov, 10:00' }, noReplay: null, lastReplay: null },
  ...changes,
})

const lettersOf = (lines: DeadLetterLine[], total = lines.length): Letters => ({
  lines,
  ...{ total, totalText: String(total) },
  topics: total === 0 ? [] : [{ topic: 'orders/updated', label: `orders/updated (${total})` }],
})

/** The card's markup, and its text as a person reads it. */
function render(letters: Letters, props: Partial<DeadLettersProps> = {}) {
  const card = <DeadLetters letters={letters} message={null} onReplay={() => undefined} {...props} />
  const markup = renderToStaticMarkup(<AppProvider i18n={english}>{card}</AppProvider>)
  return { markup, text: markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ') }
}

it('says when nothing was given up on, and offers nothing to do about it', () => {
  const { text, markup } = render(lettersOf([]))
  expect(text).toContain('Nothing: everything that Shopify announced was applied')
  expect(markup).not.toContain('<button')
})

it('tells of each what it was, when it came, how often it was tried and why it failed', () => {
  const { text, markup } = render(lettersOf([line()]))
  for (const part of ['orders/updated', '25 Nov, 10:00', '10', 'The database refused it', 'One message could not'])
    expect(text).toContain(part)
  expect(markup).toContain('aria-label="Replay orders/updated of 25 Nov, 10:00"')
})

it('promises the next sync only for what syncs read', () => {
  const { text } = render(lettersOf([line()]))
  expect(text).toContain('may lack what was announced until the next sync.')
  expect(text).not.toMatch(/carts|about a day/)
  for (const topic of ['carts/update', 'checkouts/create']) {
    const letters = { ...lettersOf([line({ topic })]), topics: [{ topic, label: topic }] }
    expect(render(letters).text).toContain('Of carts, and of checkouts that were not abandoned,')
  }
})

it('offers no replay of what has no body any more', () => {
  const { text, markup } = render(lettersOf([line({ noReplay: 'Body erased' })]))
  expect(text).toContain('Body erased')
  expect(markup).not.toContain('aria-label="Replay orders/updated')
})

it('shows what came of the last replay', () => {
  const lastReplay = { text: 'Replayed at 11:00, and failed again: Shopify is away.', tone: 'critical' } as const
  expect(render(lettersOf([line({ lastReplay })])).text).toContain('failed again: Shopify is away.')
})

it('says that more were given up on than are listed, and offers all, or all of a topic', () => {
  const { text } = render(lettersOf([line()], 120))
  expect(text).toContain('The newest 1 are listed.')
  expect(text).toContain('All (120)')
  expect(text).toContain('orders/updated (120)')
})

it('reads to a screen reader what came of a replay, also when it is the same as before', () => {
  const answer = { text: 'One message is being replayed.', isFailure: false }
  const status = (isAsking: boolean) => {
    const { markup } = render(lettersOf([line()]), { message: shownMessage(isAsking, answer) })
    return /role="status">(.*?)<\/div>/.exec(markup)?.[1]?.replace(/<[^>]+>/g, '')
  }
  expect([false, true, false].map(status)).toEqual([answer.text, 'Asking for the replay…', answer.text])
  expect(shownMessage(false, undefined)).toBeNull()
})
