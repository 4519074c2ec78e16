// See vitest-hooks.mjs.
import assert from 'node:assert/strict'

export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from './node-test.mjs'
export const vi = { fn: () => () => undefined }

const isEqual = (got, wanted) => {
  try {
    assert.deepEqual(got, wanted)
    return true
  } catch {
    return false
  }
}

export const expect = (got) => ({
  toEqual: (wanted) => assert.deepEqual(got, wanted),
  deep: { oneOf: (wanted) => assert.ok(wanted.some((one) => isEqual(got, one)), `${JSON.stringify(got)} is none of them`) },
})
