import { findDrift } from './schema-drift.ts'

const drift = await findDrift()
if (drift.outcome === 'in step') {
  console.log('The migrations give what prisma/schema.prisma says.')
} else {
  console.error(`prisma/migrations and prisma/schema.prisma differ:\n${drift.difference}`)
  process.exitCode = 1
}
