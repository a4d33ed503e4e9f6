import { ensureFreshBuild } from '../fresh-build.ts'
import { reportFailure } from '../plain-failure.mjs'

try {
  await ensureFreshBuild()
} catch (error) {
  reportFailure(error)
}
