import { fileURLToPath } from 'node:url'
import { reportFailure } from './plain-failure.mjs'
import { runNode, runProgram } from './run-program.ts'
import { conclude, heading, runTests } from './test-run.ts'

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Everything that must hold besides the tests. Each counts as one check in the last line. */
const checks: { name: string; run: () => Promise<number> }[] = [
  { name: 'Format', run: () => runProgram('prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'Lint', run: () => runProgram('eslint', ['.', '--max-warnings', '0']) },
  { name: 'Types', run: () => runProgram('tsc', ['--noEmit']) },
  { name: 'Schema drift', run: () => runNode(script('check-schema-drift.ts')) },
  { name: 'Shopify TOML', run: () => runNode(script('check-toml.ts')) },
]

const total = { passed: 0, failed: 0 }
try {
  for (const { name, run } of checks) {
    heading(name)
    if ((await run()) === 0) {
      total.passed += 1
      console.log('ok')
    } else {
      total.failed += 1
    }
  }
  const tests = await runTests()
  conclude({ passed: total.passed + tests.passed, failed: total.failed + tests.failed })
} catch (error) {
  reportFailure(error)
  conclude({ ...total, failed: total.failed + 1 })
}
