import { createTestDatabase, startTestServer, type TestServer } from './test-server.ts'

const handOver = 'LOCKSTEP_TEST_SERVER'

/** Playwright's global set-up: one PostgreSQL for the run. Its workers find it in the environment. */
export default async function provideTestServer(): Promise<() => Promise<void>> {
  const { server, stop } = await startTestServer()
  process.env[handOver] = JSON.stringify(server)
  return stop
}

/** A fresh, migrated database for a browser test. Returns its connection string. */
export function createBrowserTestDatabase(): Promise<string> {
  const handed = process.env[handOver]
  if (!handed) throw new Error('browser tests run by `playwright test`, whose global set-up starts the server')
  return createTestDatabase(JSON.parse(handed) as TestServer)
}
