import { defineConfig } from 'vitest/config'
import { testEnvironment } from './tests/setup/test-environment.ts'

const browserTests = 'sandbox/**/*.browser.test.ts'

export default defineConfig({
  resolve: { alias: { '~': new URL('./app', import.meta.url).pathname } },
  test: {
    env: testEnvironment,
    // Tests wait for the database more than they compute.
    maxWorkers: '100%',
    // With all processors busy, a second is soon over.
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['tests/setup/quiet-console.ts'],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'app/**/*.test.{ts,tsx}',
            'sandbox/**/*.test.ts',
            'scripts/**/*.test.ts',
            'tests/setup/**/*.test.ts',
          ],
          exclude: [browserTests],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/setup/vitest-server.ts'],
          setupFiles: ['tests/setup/own-database.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'browser', include: [browserTests], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
})
