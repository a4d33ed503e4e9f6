import { reportFailure } from './plain-failure.mjs'
import { conclude, runTests } from './test-run.ts'

try {
  conclude(await runTests())
} catch (error) {
  reportFailure(error)
  conclude({ passed: 0, failed: 1 })
}
