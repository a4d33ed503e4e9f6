import { expect, it } from 'vitest'
import { DECLARED_TOPICS } from '../declared-topics'
import { declaredTopics, wantedSubscriptions } from './wanted'

const appUrl = 'https://app.example.com'
const topicsOf = (wanted: { topic: string }[]) => wanted.map(({ topic }) => topic)

it('nothing of what the CLI deploys is wanted a second time, whoever asks for it', () => {
  const settings = { mode: 'declared', extraTopics: ['themes/update'], appUrl } as const
  expect(wantedSubscriptions({ ...settings, extraTopics: [] })).toEqual([])
  expect(wantedSubscriptions(settings, ['orders/create', 'themes/publish', 'shop/redact'])).toEqual([
    { topic: 'themes/update', uri: 'https://app.example.com/webhooks/other' },
    { topic: 'themes/publish', uri: 'https://app.example.com/webhooks/other' },
  ])
})

it('without a deploy, everything that is declared is wanted for each shop, but for the privacy topics', () => {
  const wanted = wantedSubscriptions({ mode: 'shop', extraTopics: [], appUrl })
  expect(topicsOf(wanted)).toEqual(DECLARED_TOPICS)
  expect(wanted[0]).toEqual({ topic: 'orders/create', uri: 'https://app.example.com/webhooks/orders' })
})

it('each topic is wanted once, however often it is named', () => {
  const settings = { mode: 'shop', extraTopics: ['orders/create', 'themes/update'], appUrl } as const
  expect(topicsOf(wantedSubscriptions(settings, ['themes/update']))).toEqual([...DECLARED_TOPICS, 'themes/update'])
})

it('only what the CLI deploys counts as declared', () => {
  expect(declaredTopics('shop')).toEqual([])
  expect(declaredTopics('declared')).toEqual(expect.arrayContaining(['orders/create', 'shop/redact']))
})
