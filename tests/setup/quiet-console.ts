import { format } from 'node:util'
import { afterAll, afterEach } from 'vitest'

// Whatever is worth an error or a warning on the console is worth a failing test. A test that expects one says so by
// vi.spyOn(console, 'error').mockImplementation(() => undefined), and looks at what it got.
const said: string[] = []

for (const level of ['error', 'warn'] as const) {
  console[level] = (...values: unknown[]) => {
    said.push(`console.${level}: ${format(...values)}`)
  }
}

function failIfAnythingWasSaid(): void {
  const lines = said.splice(0)
  if (lines.length > 0) throw new Error(`A test must be quiet, but it said\n${lines.join('\n')}`)
}

afterEach(failIfAnythingWasSaid)
afterAll(failIfAnythingWasSaid)
