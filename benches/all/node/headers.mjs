// Says where the headers of this Node are, for node-gyp, which else asks the network for them; nothing if there are none.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const prefix = resolve(process.execPath, '../..')
process.stdout.write(existsSync(join(prefix, 'include/node/node.h')) ? prefix : '')
