// The real JavaScript libraries behind one shape: name, version, format, write(case) and read(string).
// `npm install` in this folder, or in a copy of it, comes first.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)))
const hex = (bytes) => Buffer.from(bytes).toString('hex')

// 256 bytes that belong to nobody; "zero" has runs of zeros in it. The same as in make_strings.py.
export function inventedKey(name) {
  const part = (number) => createHash('sha256').update(`tgsession ${name} ${number}`).digest()
  const key = Buffer.concat([0, 1, 2, 3, 4, 5, 6, 7].map(part))
  if (name === 'zero') {
    key.fill(0, 64, 164)
    key.fill(0, 252)
  }
  return key
}

async function gramjs() {
  const { StringSession } = (await import('telegram/sessions/index.js')).default
  const { AuthKey } = (await import('telegram/crypto/AuthKey.js')).default
  return {
    library: 'telegram',
    format: 'gramjs',
    fields: ['dc_id', 'server_address', 'port'],
    async write(held) {
      const session = new StringSession('')
      session.setDC(held.dc_id, held.server_address, held.port)
      const authKey = new AuthKey()
      await authKey.setKey(inventedKey(held.key))
      session.setAuthKey(authKey)
      return session.save()
    },
    async read(string) {
      const session = new StringSession(string)
      await session.load()
      return {
        dc_id: session.dcId,
        server_address: session.serverAddress,
        port: session.port,
        auth_key: hex(session.authKey.getKey()),
      }
    },
  }
}

const mtcuteDc = (held) => ({
  id: held.dc_id,
  ipAddress: held.server_address,
  port: held.port,
  ipv6: held.server_address.includes(':'),
  testMode: held.test_mode,
})

async function mtcute() {
  const { writeStringSession, readStringSession } = await import('@mtcute/core/utils.js')
  return {
    library: '@mtcute/core',
    format: 'mtcute',
    fields: ['dc_id', 'server_address', 'port', 'test_mode', 'user_id', 'is_bot'],
    async write(held) {
      const dc = mtcuteDc(held)
      const self = { userId: held.user_id, isBot: held.is_bot }
      return writeStringSession({ version: 3, primaryDcs: { main: dc, media: dc }, self, authKey: inventedKey(held.key) })
    },
    async read(string) {
      const { primaryDcs, self, authKey } = readStringSession(string)
      return {
        dc_id: primaryDcs.main.id,
        server_address: primaryDcs.main.ipAddress,
        port: primaryDcs.main.port,
        test_mode: primaryDcs.main.testMode,
        user_id: self?.userId ?? null,
        is_bot: self?.isBot ?? null,
        auth_key: hex(authKey),
      }
    },
  }
}

// mtcute's own converters: second readers and writers of other libraries' strings.
async function converters() {
  const convert = await import('@mtcute/convert')
  const library = '@mtcute/convert'
  const address = (read) => ({
    dc_id: read.dcId, server_address: read.ipAddress, port: read.port, auth_key: hex(read.authKey),
  })
  const account = (read) => ({
    dc_id: read.dcId, test_mode: read.isTest, user_id: read.userId, is_bot: read.isBot, auth_key: hex(read.authKey),
  })
  const toAddress = (held) => ({
    dcId: held.dc_id, ipAddress: held.server_address, port: held.port, ipv6: held.server_address.includes(':'),
    authKey: inventedKey(held.key),
  })
  const toAccount = (held, apiId) => ({
    apiId, dcId: held.dc_id, isTest: held.test_mode, userId: held.user_id, isBot: held.is_bot,
    authKey: inventedKey(held.key),
  })
  return [
    {
      library, format: 'telethon', fields: ['dc_id', 'server_address', 'port'],
      write: async (held) => convert.serializeTelethonSession(toAddress(held)),
      read: async (string) => address(convert.parseTelethonSession(string)),
    },
    {
      library, format: 'gramjs', fields: ['dc_id', 'server_address', 'port'],
      write: async (held) => convert.serializeGramjsSession(toAddress(held)),
      read: async (string) => address(convert.parseGramjsSession(string)),
    },
    {
      library, format: 'pyrogram', fields: ['dc_id', 'test_mode', 'user_id', 'is_bot', 'api_id'],
      write: async (held) => convert.serializePyrogramSession(toAccount(held, held.api_id)),
      read: async (string) => {
        const read = convert.parsePyrogramSession(string)
        return { ...account(read), api_id: read.apiId }
      },
    },
    {
      library, format: 'pyrogram-1', fields: ['dc_id', 'test_mode', 'user_id', 'is_bot'], isForeign: true,
      // It knows the longer layout only.
      reads: (string) => string.length !== 351,
      write: async (held) => convert.serializePyrogramSession(toAccount(held, undefined)),
      read: async (string) => account(convert.parsePyrogramSession(string)),
    },
    {
      library, format: 'mtkruto', fields: ['dc_id', 'test_mode'], isForeign: true,
      write: async (held) => convert.serializeMtkrutoSession(toAccount(held)),
      read: async (string) => {
        const { dcId, isTest, authKey } = convert.parseMtkrutoSession(string)
        return { dc_id: dcId, test_mode: isTest, auth_key: hex(authKey) }
      },
    },
  ]
}

// MTKruto is TypeScript for Deno: bundled from a checkout of its repository, with Node's means in place of Deno's.
const DENO = `module.exports = {
  encodeBase64: (data) => Buffer.from(data).toString('base64'),
  decodeBase64: (text) => new Uint8Array(Buffer.from(text, 'base64')),
  LruCache: class extends Map { constructor() { super() } },
  crypto: globalThis.crypto,
}`
const stubs = {
  name: 'deno',
  setup(tool) {
    tool.onResolve({ filter: /^(jsr|npm):/ }, ({ path }) => ({ path, namespace: 'deno' }))
    tool.onLoad({ filter: /.*/, namespace: 'deno' }, () => ({ contents: DENO, loader: 'js' }))
  },
}

async function mtkruto(checkout) {
  const { build } = await import('esbuild')
  const contents = `export { StorageOperations } from './client/0_storage_operations.ts'
    export { StorageMemory } from './storage/2_storage_memory.ts'`
  const folder = mkdtempSync(join(tmpdir(), 'mtkruto-'))
  const outfile = join(folder, 'mtkruto.mjs')
  const stdin = { contents, resolveDir: checkout, loader: 'ts' }
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', plugins: [stubs], logLevel: 'error' })
  const { StorageOperations, StorageMemory } = await import(outfile)
  rmSync(folder, { recursive: true })
  return {
    library: 'mtkruto',
    version: '0.216.0',
    format: 'mtkruto',
    fields: ['dc_id', 'test_mode', 'api_id', 'user_id', 'is_bot'],
    async write(held) {
      const storage = new StorageOperations(new StorageMemory())
      await storage.initialize()
      const dc = `${held.dc_id}${held.test_mode ? '-test' : ''}`
      const { api_id: apiId, is_bot: isBot, user_id: userId } = held
      await storage.auth.set({ apiId, authKey: new Uint8Array(inventedKey(held.key)), dc, isBot, userId })
      return storage.exportAuthString()
    },
    async read(string) {
      const storage = new StorageOperations(new StorageMemory())
      await storage.initialize()
      await storage.importAuthString(string)
      const { apiId, authKey, dc, isBot, userId } = storage.auth.mustGet()
      return {
        dc_id: Number(dc.split('-')[0]), test_mode: dc.endsWith('-test'), api_id: apiId, user_id: userId,
        is_bot: isBot, auth_key: hex(authKey),
      }
    },
  }
}

export async function libraries(checkout) {
  const found = [await gramjs(), await mtcute(), ...(await converters())]
  if (checkout) found.push(await mtkruto(checkout))
  return found.map((one) => ({ version: dependencies[one.library], ...one }))
}
