import { expect, it } from 'vitest'
import { readSettingsRequest } from './settings-request-schema'

it('takes what the buttons of the page send', () => {
  expect(readSettingsRequest({ intent: 'create-key', name: '  ETL ' })).toEqual({
    outcome: 'read',
    wish: { intent: 'create-key', name: 'ETL' },
  })
  expect(readSettingsRequest({ intent: 'revoke-key', id: '12' }).outcome).toBe('read')
  expect(readSettingsRequest({ intent: 'register' }).outcome).toBe('read')
})

it.each([
  ['', /^Enter a name/],
  ['   ', /^Enter a name/],
  ['x'.repeat(61), /at most 60/],
  ['a\u0000b', /can be read/],
])('says what is wrong with the name %j', (name, error) => {
  const refused = { outcome: 'key-refused', error: expect.stringMatching(error) }
  expect(readSettingsRequest({ intent: 'create-key', name })).toEqual(refused)
})

it.each([{}, { intent: 'destroy' }, { intent: 'revoke-key' }, { intent: 'revoke-key', id: "1' or true" }])(
  'does nothing about %j',
  (fields) => expect(readSettingsRequest(fields)).toEqual({ outcome: 'unreadable' }),
)
