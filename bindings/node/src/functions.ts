/**
 * Every function of include/tgsession.h, in its order. A test compares the names and the parameters with the header,
 * so that none is missing. Handles are numbers that lead nowhere: the library looks them up, so a closed one is an error.
 */

import koffi, { type Native, type Type } from './koffi'
import { library } from './library'
import { Counts, Dc, Engine, InputPeer, Peer, SentFile, SessionData, UpdateState } from './structs'

const HANDLE = 'uintptr_t'
const TEXT = 'const char *'
const input = (type: Type) => koffi.pointer(type)
const output = (type: Type) => koffi.out(koffi.pointer(type))
// A struct that may grow: its size goes in, the answer comes out.
const sized = (type: Type) => koffi.inout(koffi.pointer(type))
// Memory in which the answer is written: see places.ts.
const place = (type: Type) => koffi.pointer(type)
const ERROR = place(HANDLE)
const TEXT_OUT = output('void *')

// The parameters of a fallible function; its last one, where the error arrives, is added.
const fallible = (...parameters: Type[]) => ({ result: 'int32_t', parameters: [...parameters, ERROR] })
const plain = (result: Type, ...parameters: Type[]) => ({ result, parameters })
const getter = (type: Type) => fallible(HANDLE, place(type))
const setter = (type: Type) => fallible(HANDLE, input(type))
const keyGetter = fallible(HANDLE, output('uint8_t'), 'size_t')
const keySetter = fallible(HANDLE, input('uint8_t'), 'size_t')
const reader = (type: Type) => fallible(HANDLE, sized(type), 'size_t', output('size_t'))
const writer = (type: Type) => fallible(HANDLE, input(type), 'size_t')

export const DECLARATIONS = {
  tgs_abi_version: plain('uint32_t'),
  tgs_version: plain(TEXT),
  tgs_status_name: plain(TEXT, 'int32_t'),
  tgs_error_status: plain('int32_t', HANDLE),
  tgs_error_message: plain(TEXT, HANDLE),
  tgs_error_free: plain('void', HANDLE),
  tgs_string_free: plain('void', 'void *'),
  tgs_options_new: plain(HANDLE),
  tgs_options_free: plain('void', HANDLE),
  tgs_options_set_read_only: fallible(HANDLE, 'bool'),
  tgs_options_set_create: fallible(HANDLE, 'bool'),
  tgs_options_set_format: fallible(HANDLE, TEXT),
  tgs_options_set_wal: fallible(HANDLE, 'bool'),
  tgs_options_set_exclusive: fallible(HANDLE, 'bool'),
  tgs_options_set_busy_timeout: fallible(HANDLE, 'uint32_t'),
  tgs_options_set_max_bytes: fallible(HANDLE, 'uint64_t'),
  tgs_options_set_cache_size: fallible(HANDLE, 'uint32_t'),
  tgs_options_set_username_expiry: fallible(HANDLE, 'int64_t'),
  tgs_options_set_expected_format: fallible(HANDLE, TEXT),
  tgs_options_set_lease: fallible(HANDLE, 'bool', TEXT, 'uint32_t'),
  tgs_open: fallible(TEXT, HANDLE, output(HANDLE)),
  tgs_open_string: fallible(TEXT, HANDLE, output(HANDLE)),
  tgs_save: fallible(HANDLE),
  tgs_close: plain('void', HANDLE),
  tgs_delete: fallible(HANDLE),
  tgs_get_format: fallible(HANDLE, TEXT_OUT),
  tgs_list_sessions: fallible(TEXT, TEXT_OUT),
  tgs_get_dc_id: getter('int32_t'),
  tgs_set_dc_id: setter('int32_t'),
  tgs_get_server_address: fallible(HANDLE, TEXT_OUT),
  tgs_set_server_address: fallible(HANDLE, TEXT),
  tgs_get_port: getter('uint16_t'),
  tgs_set_port: setter('uint16_t'),
  tgs_get_api_id: getter('int32_t'),
  tgs_set_api_id: setter('int32_t'),
  tgs_get_test_mode: getter('bool'),
  tgs_set_test_mode: setter('bool'),
  tgs_get_auth_key: keyGetter,
  tgs_set_auth_key: keySetter,
  tgs_get_date: getter('int64_t'),
  tgs_set_date: setter('int64_t'),
  tgs_get_user_id: getter('int64_t'),
  tgs_set_user_id: setter('int64_t'),
  tgs_get_is_bot: getter('bool'),
  tgs_set_is_bot: setter('bool'),
  tgs_get_takeout_id: getter('int64_t'),
  tgs_set_takeout_id: setter('int64_t'),
  tgs_get_tmp_auth_key: keyGetter,
  tgs_set_tmp_auth_key: keySetter,
  tgs_default_server_address: fallible('int32_t', 'bool', TEXT_OUT, output('uint16_t')),
  tgs_set_session_data: fallible(HANDLE, input(SessionData), 'uint32_t'),
  tgs_get_session_data: fallible(HANDLE, output('void *')),
  tgs_session_data_free: plain('void', 'void *'),
  tgs_update_peers: writer(Peer),
  tgs_merge_peers: writer(Peer),
  tgs_delete_peers: writer('int64_t'),
  tgs_delete_all_peers: fallible(HANDLE),
  tgs_get_peer_by_id: fallible(HANDLE, 'int64_t', place(InputPeer)),
  tgs_get_peers: fallible(HANDLE, input('int64_t'), 'size_t', place(InputPeer)),
  tgs_get_peer_by_username: fallible(HANDLE, TEXT, place(InputPeer)),
  tgs_get_peer_by_name: fallible(HANDLE, TEXT, place(InputPeer)),
  tgs_get_peer_by_phone_number: fallible(HANDLE, TEXT, place(InputPeer)),
  tgs_prune_peers: fallible(HANDLE, 'int64_t', 'int32_t', 'int64_t', output('uint64_t')),
  tgs_compact: fallible(HANDLE, 'int64_t', output('int64_t')),
  tgs_peer_iter_new: fallible(HANDLE, input('int64_t'), 'size_t', output(HANDLE)),
  tgs_peer_iter_next: fallible(HANDLE, output('void *')),
  tgs_peer_iter_free: plain('void', HANDLE),
  tgs_get_update_states: reader(UpdateState),
  tgs_get_update_state: fallible(HANDLE, 'int64_t', sized(UpdateState)),
  tgs_set_update_states: writer(UpdateState),
  tgs_delete_update_state: fallible(HANDLE, 'int64_t'),
  tgs_get_sent_files: reader(SentFile),
  tgs_get_sent_file: fallible(HANDLE, input('uint8_t'), 'int64_t', 'int32_t', sized(SentFile)),
  tgs_cache_sent_files: writer(SentFile),
  tgs_set_value: fallible(HANDLE, TEXT, input('uint8_t'), 'size_t'),
  tgs_get_value: fallible(HANDLE, TEXT, TEXT_OUT, output('size_t')),
  tgs_delete_value: fallible(HANDLE, TEXT),
  tgs_list_values: fallible(HANDLE, TEXT_OUT),
  tgs_set_dc: fallible(HANDLE, input(Dc)),
  tgs_get_dc: fallible(HANDLE, 'int32_t', output('void *')),
  tgs_dc_free: plain('void', 'void *'),
  tgs_delete_dc: fallible(HANDLE, 'int32_t'),
  tgs_list_dcs: fallible(HANDLE, TEXT_OUT),
  tgs_get_counts: fallible(HANDLE, sized(Counts)),
  tgs_export_session_string: fallible(HANDLE, TEXT, TEXT_OUT, TEXT_OUT),
  tgs_convert: fallible(HANDLE, HANDLE, input(TEXT), 'size_t', TEXT_OUT),
  tgs_options_set_keep_foreign_tables: fallible(HANDLE, 'bool'),
  tgs_convert_with_options: fallible(HANDLE, HANDLE, HANDLE, input(TEXT), 'size_t', TEXT_OUT),
  tgs_export_file: fallible(HANDLE, TEXT, TEXT, input(TEXT), 'size_t', TEXT_OUT),
  tgs_export_file_with_options: fallible(HANDLE, TEXT, TEXT, HANDLE, input(TEXT), 'size_t', TEXT_OUT),
  tgs_inspect: fallible(HANDLE, 'bool', TEXT_OUT),
  tgs_diagnose: fallible(TEXT, TEXT_OUT),
  tgs_report_new: fallible(TEXT, output(HANDLE)),
  tgs_report_next: fallible(HANDLE, output('void *')),
  tgs_report_free: plain('void', HANDLE),
  tgs_open_bytes: fallible(input('uint8_t'), 'size_t', HANDLE, output(HANDLE)),
  tgs_to_bytes: fallible(HANDLE, TEXT, 'bool', TEXT_OUT, output('size_t')),
  tgs_bytes_free: plain('void', 'void *', 'size_t'),
  tgs_change_count: getter('uint64_t'),
  tgs_options_set_passphrase: fallible(HANDLE, TEXT),
  tgs_options_set_encryption_key: keySetter,
  tgs_options_set_database_key: keySetter,
  tgs_options_set_passcode: fallible(HANDLE, TEXT),
  tgs_options_set_account: setter('int64_t'),
  tgs_change_passphrase: fallible(HANDLE, TEXT),
  tgs_change_encryption_key: keySetter,
  tgs_to_age: fallible(HANDLE, TEXT, TEXT, input(TEXT), 'size_t', TEXT_OUT, output('size_t')),
  tgs_open_age: fallible(input('uint8_t'), 'size_t', TEXT, TEXT, HANDLE, output(HANDLE)),
  tgs_answer_session_data: fallible(HANDLE, input(SessionData)),
  tgs_answer_peers: writer(Peer),
  tgs_answer_update_states: writer(UpdateState),
  tgs_answer_sent_files: writer(SentFile),
  tgs_answer_value: fallible(HANDLE, TEXT, input('uint8_t'), 'size_t'),
  tgs_answer_holder: fallible(HANDLE, TEXT, 'int64_t'),
  tgs_answer_cause: fallible(HANDLE, TEXT),
  tgs_open_engine: fallible(input(Engine), HANDLE, output(HANDLE)),
}

/** The name of a function of the library. */
export type FunctionName = keyof typeof DECLARATIONS

const bind = ([name, { result, parameters }]: [string, { result: Type; parameters: Type[] }]): readonly [string, Native] =>
  [name, library.func(name, result, parameters) as Native]

export const functions = Object.fromEntries(Object.entries(DECLARATIONS).map(bind)) as { [Name in FunctionName]: Native }
