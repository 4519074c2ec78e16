// The same package from a module.
import { Session, type Options } from 'tgsession'
import { GramjsSession } from 'tgsession/gramjs'
import { TgsessionStorage } from 'tgsession/mtcute'

const options: Options = { create: false }
export const opened = [Session.open(':memory:', options), new GramjsSession(':memory:'), new TgsessionStorage(':memory:')]
