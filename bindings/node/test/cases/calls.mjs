// Each function of include/tgsession.h -> what this package calls it.
import assert from 'node:assert/strict'
import { tgsession } from '../support/library.mjs'
import { MemoryEngine, newPlace } from '../support/memory-engine.mjs'
import { dataCenter, inputPeer, newDataCenter, newPeer, newSentFile, peer, sentFile, typeOf } from './values.mjs'

const { PeerIterator, Session, TgsError, UsernameExpiredError } = tgsession

/** The package does it by itself, where this says. */
export const BY_ITSELF = {
  tgs_error_status: 'TgsError.status',
  tgs_error_message: 'TgsError.message',
  tgs_error_free: 'when the TgsError is made',
  tgs_string_free: 'when the text was read',
  tgs_options_new: 'Session.open with options',
  tgs_options_free: 'after opening',
  tgs_options_set_read_only: 'the option readOnly',
  tgs_options_set_create: 'the option create',
  tgs_options_set_format: 'the option format',
  tgs_options_set_wal: 'the option wal',
  tgs_options_set_exclusive: 'the option exclusive',
  tgs_options_set_expected_format: 'the option expectedFormat',
  tgs_options_set_busy_timeout: 'the option busyTimeout',
  tgs_options_set_max_bytes: 'the option maxBytes',
  tgs_options_set_cache_size: 'the option cacheSize',
  tgs_options_set_passphrase: 'the option passphrase',
  tgs_options_set_encryption_key: 'the option encryptionKey',
  tgs_options_set_database_key: 'the option databaseKey',
  tgs_options_set_passcode: 'the option passcode',
  tgs_options_set_account: 'the option account',
  tgs_options_set_keep_foreign_tables: 'the option keepForeignTables of convertTo',
  tgs_options_set_username_expiry: 'the option usernameExpiry',
  tgs_options_set_lease: 'the option lease',
  tgs_bytes_free: 'when the bytes were read',
  tgs_session_data_free: 'when the data was read',
  tgs_dc_free: 'when the data centre was read',
  tgs_report_new: 'not needed: lists and reports are objects of JavaScript',
  tgs_report_next: 'not needed: lists and reports are objects of JavaScript',
  tgs_report_free: 'not needed: lists and reports are objects of JavaScript',
  tgs_answer_value: 'called by the engine',
  tgs_answer_session_data: 'called by the engine',
  tgs_answer_peers: 'called by the engine',
  tgs_answer_update_states: 'called by the engine',
  tgs_answer_sent_files: 'called by the engine',
  tgs_answer_cause: 'called by the engine',
  tgs_answer_holder: 'never: an engine in JavaScript has no leases',
}

const NOT_FOUND = Symbol('not found')
const found = (name, value) => (value === null ? NOT_FOUND : { [name]: value })
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
const hex = (bytes) => bytes && Buffer.from(bytes).toString('hex')
const bytes = (digits) => (digits === null ? null : new Uint8Array(Buffer.from(digits, 'hex')))
const whole = (value) => (typeof value === 'string' ? BigInt(value) : value)

/** A call answers its outputs, NOT_FOUND or nothing; `world` holds the case's sessions and iterators. */
export const CALLS = {
  tgs_abi_version: () => ({ return: tgsession.abiVersion() }),
  tgs_version: () => ({ return: tgsession.version() }),
  tgs_status_name: ({ status }) => ({ return: tgsession.statusName(status) }),
  tgs_open: ({ location, options }, world, as) => void world.set(as, Session.open(location, toOptions(options))),
  tgs_open_string: ({ text, options }, world, as) => void world.set(as, Session.openString(text, toOptions(options))),
  tgs_open_bytes: ({ bytes: digits, options }, world, as) => void world.set(as, Session.openBytes(bytes(digits), toOptions(options))),
  tgs_open_engine: ({ engine: name, options }, world, as) => {
    const engine = engineOf(name, world)
    world.set(as, Session.openEngine(engine, toOptions(options)))
    world.engines.push(engine)
  },
  tgs_list_sessions: ({ location }) => ({ names: tgsession.listSessions(location) }),
  tgs_save: ({ session }) => session.save(),
  tgs_change_passphrase: ({ session, passphrase }) => session.changePassphrase(passphrase),
  tgs_change_encryption_key: ({ session, key }) => session.changeEncryptionKey(bytes(key)),
  tgs_close: ({ session }) => session.close(),
  tgs_delete: ({ session }) => session.delete(),
  tgs_get_format: ({ session }) => ({ format: session.format }),
  ...field('dc_id'), ...field('server_address'), ...field('port'), ...field('api_id'), ...field('test_mode'),
  ...field('date'), ...field('user_id'), ...field('is_bot'), ...field('takeout_id'),
  ...keyField('auth_key'), ...keyField('tmp_auth_key'),
  tgs_set_session_data: ({ session, data, which }) => session.setData(Object.fromEntries(which.map((name) => chosen(name, data)))),
  tgs_get_session_data: ({ session }) => ({ data: shownData(session.getSessionData()) }),
  tgs_get_counts: ({ session }) => ({ counts: snakes(session.getCounts()) }),
  tgs_set_value: ({ session, name, bytes: digits }) => session.setValue(name, bytes(digits)),
  tgs_get_value: ({ session, name }) => found('bytes', hex(session.getValue(name))),
  tgs_delete_value: ({ session, name }) => session.deleteValue(name),
  tgs_list_values: ({ session }) => ({ names: session.getValueNames() }),
  tgs_set_dc: ({ session, dc }) => session.setDataCenter(newDataCenter(dc)),
  tgs_get_dc: ({ session, dc_id }) => found('dc', dataCenter(session.getDataCenter(dc_id))),
  tgs_delete_dc: ({ session, dc_id }) => session.deleteDataCenter(dc_id),
  tgs_list_dcs: ({ session }) => ({ ids: session.getDataCenterIds() }),
  tgs_to_bytes: ({ session, format, compress }) => ({ bytes: hex(session.toBytes({ format, compress })) }),
  tgs_to_age: ({ session, format, passphrase, recipients }) => ({ bytes: hex(session.toAge({ format, passphrase, recipients })) }),
  tgs_open_age: ({ bytes: digits, passphrase, identity, options }, world, as) =>
    void world.set(as, Session.openAge(bytes(digits), { passphrase, identity }, toOptions(options))),
  tgs_change_count: ({ session }) => ({ count: session.changeCount }),
  tgs_default_server_address: ({ dc_id, test_mode }) => {
    const answer = tgsession.defaultServerAddress(dc_id, test_mode)
    return answer === null ? NOT_FOUND : { server_address: answer.serverAddress, port: answer.port }
  },
  tgs_update_peers: ({ session, peers }) => session.updatePeers(peers.map(newPeer)),
  tgs_merge_peers: ({ session, peers }) => session.mergePeers(peers.map(newPeer)),
  tgs_delete_peers: ({ session, ids }) => session.deletePeers(ids.map(whole)),
  tgs_delete_all_peers: ({ session }) => session.deleteAllPeers(),
  tgs_prune_peers: ({ session, seen_before, peer_type, keep_newest }) => ({
    removed: session.prunePeers({
      seenBefore: seen_before || null,
      keepNewest: keep_newest === -1 ? null : keep_newest,
      type: peer_type === 'TGS_PEER_TYPE_UNKNOWN' ? null : typeOf(peer_type),
    }),
  }),
  tgs_compact: ({ session, max_bytes }) => ({ freed: session.compact(max_bytes) }),
  tgs_get_peers: ({ session, ids }) => ({ peers: session.getPeersById(ids.map(whole)).map(inputPeer) }),
  tgs_get_peer_by_id: ({ session, id }) => found('peer', inputPeer(session.getPeerById(whole(id)))),
  tgs_get_peer_by_username: ({ session, username }) => found('peer', inputPeer(session.getPeerByUsername(username))),
  tgs_get_peer_by_name: ({ session, name }) => found('peer', inputPeer(session.getPeerByName(name))),
  tgs_get_peer_by_phone_number: ({ session, phone_number }) => found('peer', inputPeer(session.getPeerByPhoneNumber(phone_number))),
  tgs_peer_iter_new: ({ session, ids }, world, as) => void world.set(as, session.peers(ids?.map(whole))),
  tgs_peer_iter_next: ({ iter }) => {
    const { done, value } = iter.next()
    return done ? NOT_FOUND : { peer: peer(value) }
  },
  tgs_peer_iter_free: ({ iter }) => void iter.return(),
  tgs_get_update_states: ({ session }) => ({ states: session.getUpdateStates() }),
  tgs_get_update_state: ({ session, id }) => found('state', session.getUpdateState(whole(id))),
  tgs_set_update_states: ({ session, states }) => session.setUpdateStates(states),
  tgs_delete_update_state: ({ session, id }) => session.deleteUpdateState(whole(id)),
  tgs_get_sent_files: ({ session }) => ({ files: session.getSentFiles().map(sentFile) }),
  tgs_get_sent_file: ({ session, md5, file_size, type }) => found('file', sentFile(session.getSentFile(bytes(md5), file_size, newSentFile({ md5, type }).type))),
  tgs_cache_sent_files: ({ session, files }) => session.cacheSentFiles(files.map(newSentFile)),
  tgs_export_session_string: ({ session, format }) => session.exportWithReport(format),
  tgs_convert: ({ source, target, overrides }) =>
    ({ report: source.convertTo(target, Object.fromEntries(overrides.map((one) => one.split('=')))) }),
  tgs_convert_with_options: ({ source, target, options, overrides }) =>
    ({ report: source.convertTo(target, Object.fromEntries(overrides.map((one) => one.split('='))), toOptions(options)) }),
  tgs_export_file: ({ source, format, path, overrides }) =>
    ({ report: source.exportFile(format, path, Object.fromEntries(overrides.map((one) => one.split('=')))) }),
  tgs_export_file_with_options: ({ source, format, path, options, overrides }) =>
    ({ report: source.exportFile(format, path, Object.fromEntries(overrides.map((one) => one.split('='))), toOptions(options)) }),
  tgs_inspect: ({ session, show_secrets }) => ({ description: session.inspect({ showSecrets: show_secrets }) }),
  tgs_diagnose: ({ text }) => ({ diagnosis: tgsession.diagnose(text) }),
}

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const snakes = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [snake(name), value]))
const shownData = (data) => snakes({ ...data, authKey: hex(data.authKey), tmpAuthKey: hex(data.tmpAuthKey) })

function field(name) {
  return {
    [`tgs_get_${name}`]: ({ session }) => found(name, session[camel(name)]),
    [`tgs_set_${name}`]: ({ session, [name]: value }) => {
      session[camel(name)] = name === 'server_address' ? value : whole(value)
    },
  }
}

function keyField(name) {
  return {
    [`tgs_get_${name}`]: ({ session }) => found('key', hex(session[camel(name)])),
    [`tgs_set_${name}`]: ({ session, key }) => {
      session[camel(name)] = bytes(key)
    },
  }
}

// A field that is left out of the data is absent.
function chosen(fieldName, data) {
  const name = fieldName.slice('TGS_FIELD_'.length).toLowerCase()
  const value = data[name] ?? null
  return [camel(name), name.endsWith('auth_key') ? bytes(value) : name === 'server_address' ? value : whole(value)]
}

/** The engines of one name are one place; all functions of the one named "failing" fail. */
function engineOf(name, world) {
  world.places.set(name, world.places.get(name) ?? newPlace())
  const engine = new MemoryEngine(`the engine ${name}`, world.places.get(name))
  return name === 'failing' ? failingEngine(engine) : engine
}

function failingEngine(engine) {
  const fail = () => {
    throw new TgsError('TGS_ERROR_SERVER', 'the server is gone')
  }
  const methods = Object.getOwnPropertyNames(MemoryEngine.prototype).filter((name) => !['constructor', 'close'].includes(name))
  return Object.assign(engine, Object.fromEntries([...methods, 'save'].map((name) => [name, fail])))
}

const toOptions = (options) => options && Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), name.endsWith('_key') ? bytes(value) : value]))

/** A call in the words of the cases: {status, outputs, message}. */
export function caller() {
  const world = Object.assign(new Map(), { places: new Map(), engines: [] })
  const call = (name, args, as) => {
    const named = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, world.get(value) ?? value]))
    try {
      const outputs = CALLS[name](named, world, as)
      return outputs === NOT_FOUND ? { status: 'TGS_NOT_FOUND' } : { status: 'TGS_OK', outputs }
    } catch (error) {
      if (error instanceof UsernameExpiredError) return { status: 'TGS_EXPIRED' }
      if (error instanceof TgsError) return { status: error.status, message: error.message }
      throw error
    }
  }
  const closeAll = () => {
    world.forEach((one) => (one instanceof PeerIterator ? one.return() : one.close()))
    for (const engine of world.engines) assert.equal(engine.closed, 1, 'an engine is closed once, with its session')
  }
  return { call, closeAll }
}
