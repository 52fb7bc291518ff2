// How a manifest is sent: with which verb, checked by whom, to a server of which version.
import { NEWEST, OLDEST } from './decode'
import type { ProfileName } from './profile'
import type { Schema } from './schema'

export interface RequestOptions {
  readonly verb: 'create' | 'apply' | 'replace'
  /** kubectl's --validate; strict by default. */
  readonly validate?: 'strict' | 'warn' | 'ignore'
  /** Who looks at the fields: the server that decodes them (by default), server-side apply, or nobody (--dry-run=client). */
  readonly fields?: 'decoded' | 'typed' | 'local'
  /** Where an object without a namespace goes, for messages; `default` by default. */
  readonly namespace?: string
}

/** The same for one file, with what its server knows. */
export interface Asking {
  readonly file: string
  readonly profile: ProfileName
  readonly schema: Schema
  readonly options: RequestOptions
}

/** kubectl of which time: it validates by itself (until 1.26), or has the server do it. */
export const VALIDATES: Readonly<Record<ProfileName, 'client' | 'server'>> = { 'v1.13': 'client', 'v1.35': 'server' }
/** What each server serves. */
export const SCHEMAS: Readonly<Record<ProfileName, Schema>> = { 'v1.13': OLDEST, 'v1.35': NEWEST }
