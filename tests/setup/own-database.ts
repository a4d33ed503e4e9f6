import { inject } from 'vitest'
import { createTestDatabase } from './test-server.ts'

// Runs before each test file, so before any module of the app reads the environment.
process.env['DATABASE_URL'] = await createTestDatabase(inject('testServer'))
