import { expect, it } from 'vitest'
import { signSessionToken } from '../../session-token.ts'
import type { ToApp, ToFrame } from '../messages.ts'
import { testApp } from '../test-shop.ts'
import type { Channel } from './channel.ts'
import { createTokenSource } from './id-token.ts'

/** A frame that answers each request at once. Its clock is a year ahead, which must not matter. */
function answeringFrame(answer: (request: number) => ToApp) {
  const asked: ToFrame[] = []
  let deliver: (message: ToApp) => void = () => undefined
  const channel: Channel = {
    framed: true,
    frameOrigin: 'http://127.0.0.1:4000',
    send(message) {
      asked.push(message)
      if (message.type === 'token-wanted') deliver(answer(message.request))
    },
    handle(handlers) {
      deliver = (message) => (handlers[message.type] as (message: ToApp) => void)(message)
    },
  }
  return { channel, asked }
}

function freshToken(request: number): ToApp {
  const nowMs = Date.now() + 365 * 86_400_000
  return { type: 'token', request, token: signSessionToken({ ...testApp, domain: 'a.myshopify.com', nowMs }) }
}

it('keeps a token of one minute for fifty seconds, by its own clock', async () => {
  const { channel, asked } = answeringFrame(freshToken)
  let now = 1_000
  const tokens = createTokenSource(channel, () => now)
  const first = await tokens.get()
  now += 49_999
  expect(await tokens.get()).toBe(first)
  now += 1
  expect(await tokens.get()).not.toBe(first)
  expect(asked).toHaveLength(2)
})

it('asks once for callers that come together', async () => {
  const { channel, asked } = answeringFrame(freshToken)
  const tokens = createTokenSource(channel, () => 0)
  const [one, other] = await Promise.all([tokens.get(), tokens.get()])
  expect(one).toBe(other)
  expect(asked).toHaveLength(1)
})

it('asks again after a renewal and after a refusal', async () => {
  let refuse = false
  const { channel, asked } = answeringFrame((request) =>
    refuse ? { type: 'token-refused', request, reason: 'not now' } : freshToken(request),
  )
  const tokens = createTokenSource(channel, () => 0)
  const first = await tokens.get()
  const renewed = await tokens.renew()
  expect([renewed === first, (await tokens.get()) === renewed]).toEqual([false, true])
  refuse = true
  await expect(tokens.renew()).rejects.toThrow('not now')
  refuse = false
  await tokens.get()
  expect(asked).toHaveLength(4)
})
