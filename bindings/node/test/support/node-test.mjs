// node:test by vitest's names.
export { after as afterAll, afterEach, before as beforeAll, beforeEach, describe, it } from 'node:test'
