import { defineConfig, devices } from '@playwright/test'
import { installedChromium } from './scripts/find-chromium.ts'
import { testEnvironment } from './tests/setup/test-environment.ts'

for (const [name, value] of Object.entries(testEnvironment)) process.env[name] ??= value

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/setup/playwright-server.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    // Its user agent is an ordinary desktop Chrome: Shopify's library answers 410 to HeadlessChrome.
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: installedChromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
