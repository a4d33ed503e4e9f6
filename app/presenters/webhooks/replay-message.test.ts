import { expect, it } from 'vitest'
import { replayMessage } from './replay-message'

const asked = (counts: object) => ({
  ...{ outcome: 'asked' as const, taken: 0, waiting: 0, withoutBody: 0, hasMore: false },
  ...counts,
})

it('tells what is replayed, what is already, what cannot be and that there is more, with numbers as the reader writes them', () => {
  const counts = { taken: 10_000, waiting: 1_200, withoutBody: 1, hasMore: true }
  expect(replayMessage(asked(counts), 'de')).toEqual({
    text: '10.000 messages are being replayed. 1.200 are being replayed already. One cannot be replayed: there is no body. There are more: replay again to have them tried, too.',
    isFailure: false,
  })
  expect(replayMessage(asked({ taken: 1 }), 'en').text).toBe('One message is being replayed.')
})

it('is a failure where nothing can be replayed, and where nothing was understood', () => {
  expect(replayMessage(asked({ withoutBody: 1_000 }), 'en')).toEqual({
    text: '1,000 cannot be replayed: there is no body.',
    isFailure: true,
  })
  expect(replayMessage(asked({}), 'en')).toEqual({ text: 'There was nothing to replay.', isFailure: false })
  expect(replayMessage({ outcome: 'unreadable' }, 'en').isFailure).toBe(true)
})
