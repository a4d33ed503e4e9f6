import { expect, it } from 'vitest'
import { judge, playwrightCounts, vitestCounts } from './test-counts.ts'

it('counts a file that could not be loaded as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  expect(vitestCounts({ numPassedTests: 3, numFailedTests: 1, testResults: [broken] })).toEqual({
    passed: 3,
    failed: 2,
  })
})

it('counts a flaky browser test as a failure', () => {
  expect(playwrightCounts({ stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 2 } })).toEqual({
    passed: 4,
    failed: 1,
  })
})

it.each([
  ['a runner that ran nothing', { passed: 0, failed: 0 }, 0, { passed: 0, failed: 1 }],
  ['a runner that failed although its tests passed', { passed: 5, failed: 0 }, 1, { passed: 5, failed: 1 }],
  ['failed tests, once each', { passed: 5, failed: 2 }, 1, { passed: 5, failed: 2 }],
  ['nothing but success', { passed: 5, failed: 0 }, 0, { passed: 5, failed: 0 }],
])('counts %s', (_, counts, exitCode, expected) => {
  expect(judge(counts, exitCode)).toEqual(expected)
})
