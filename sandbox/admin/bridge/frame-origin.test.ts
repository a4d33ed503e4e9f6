import { expect, it } from 'vitest'
import { frameOrigin } from './frame-origin.ts'

const script = 'http://127.0.0.1:4000/app-bridge.js'

it.each([
  ['the embedder is not known', undefined, 'http://127.0.0.1:4000'],
  ['the frame was opened under another loopback name', 'http://localhost:4000', 'http://localhost:4000'],
  ['it is embedded by a stranger', 'https://evil.test', 'http://127.0.0.1:4000'],
  ['it is embedded by another local port', 'http://localhost:5000', 'http://127.0.0.1:4000'],
  ['it is embedded by a page without an origin', 'null', 'http://127.0.0.1:4000'],
])('when %s, only the sandbox is spoken with', (_when, embedder, expected) => {
  expect(frameOrigin(script, embedder)).toBe(expected)
})
