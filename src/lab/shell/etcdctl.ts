// etcdctl in the shell: the keys that flanneld has in etcd, as the etcdctl of its time prints them (its second interface has directories, its third has not).
import { problem } from '../../error'
import type { State } from '../../cluster/state'
import { revokeLease } from '../../control/component'
import { passTime } from '../../control/settle'
import { flannelKeys, leaseHolder } from '../../node/flannel-files'
import { layoutOf } from '../../node/layout'
import { readBare, type Words } from './options'
import { type Ran, refused, said, type Session, stateOf, withState } from './session'

type Keys = ReadonlyMap<string, string>

export function etcdctl(session: Session, rest: readonly string[]): Ran {
  const state = stateOf(session)
  const flannel = state && layoutOf(state).podNetwork?.flannel
  if (!state || !flannel?.inEtcd)
    return refused(session, 'hopspec: etcdctl: of etcd there is what flanneld keeps there; write cni: {name: flannel, leases: etcd}.', 2)
  const keys = flannelKeys(layoutOf(state))
  const [verb, ...words] = rest
  const { etcd } = flannel.facts
  if (verb === 'get') return etcd === 'v2' ? getOld(session, keys, words) : get(session, keys, readBare('etcdctl get', words, 1))
  if (verb === 'ls' && etcd === 'v2') return list(session, keys, words)
  if (verb === (etcd === 'v2' ? 'rm' : 'del')) return remove(session, state, keys, readBare(`etcdctl ${verb}`, words, 1))
  const there =
    etcd === 'v2' ? 'etcdctl ls, etcdctl get and etcdctl rm' : 'etcdctl get, also with --prefix and --keys-only, and etcdctl del'
  return refused(session, `hopspec: etcdctl ${verb ?? ''} is not modelled; there are ${there}.`, 2)
}

/** A node's lease goes: its flanneld ends, and the others' take their routes to it away. */
function remove(session: Session, state: State, keys: Keys, { bare }: Words): Ran {
  const [key = ''] = bare
  const { facts } = layoutOf(state).podNetwork!.flannel!
  const value = keys.get(key)
  const old = facts.etcd === 'v2'
  if (value === undefined) return old ? notFound(session, keys, key) : said(session, '0\n')
  const node = leaseHolder(layoutOf(state), key)
  if (node === undefined)
    return refused(session, "hopspec: etcdctl: only leases can be deleted: what follows for flannel's configuration is not modelled.", 2)
  const revoked = withState(session, passTime(revokeLease(state, node), 0))
  return said(revoked, old ? `PrevNode.Value: ${value}\n` : '1\n')
}

/** Keys and values, a line each. */
function get(session: Session, keys: Keys, { bare, options }: Words): Ran {
  const [key = ''] = bare
  const found = [...keys].filter(([k]) => (options.has('--prefix') ? k.startsWith(key) : k === key)).sort(([a], [b]) => (a < b ? -1 : 1))
  const told = ([k, value]: readonly [string, string]) =>
    options.has('--keys-only') ? `${k}\n\n` : options.has('--print-value-only') ? `${value}\n` : `${k}\n${value}\n`
  return said(session, found.map(told).join(''))
}

/** etcd counts its changes; the error names the count, and here the number of keys stands for it. */
const notFound = (session: Session, keys: Keys, key: string): Ran =>
  refused(session, `Error:  100: Key not found (${key}) [${keys.size}]`, 4)

/** The names on the way to a key: `/coreos.com`, `/coreos.com/network`. */
const directories = (keys: Keys): ReadonlySet<string> =>
  new Set(
    [...keys.keys()].flatMap(k =>
      k
        .split('/')
        .slice(1, -1)
        .map((_, i, all) => `/${all.slice(0, i + 1).join('/')}`),
    ),
  )

const withSlash = (key: string): string => `/${key.replace(/^\/+|\/+$/g, '')}`

function getOld(session: Session, keys: Keys, words: readonly string[]): Ran {
  const { bare, options } = readBare('etcdctl get', words, 1)
  const [option] = options.keys()
  if (option !== undefined)
    throw problem('USAGE', `etcdctl get ${option} is of a later etcdctl.`, { fix: 'Write etcdctl ls, and etcdctl get KEY.' })
  const key = withSlash(bare[0] ?? '')
  const value = keys.get(key)
  if (value !== undefined) return said(session, `${value}\n`)
  if (key === '/' || directories(keys).has(key)) return refused(session, `${key}: is a directory`)
  return notFound(session, keys, key)
}

function list(session: Session, keys: Keys, words: readonly string[]): Ran {
  const { bare, options } = readBare('etcdctl ls', words, 1)
  const at = withSlash(bare[0] ?? '')
  const folders = directories(keys)
  if (keys.has(at)) return said(session, `${at}\n`)
  if (at !== '/' && !folders.has(at)) return notFound(session, keys, at)
  const head = at === '/' ? '/' : `${at}/`
  const below = [...folders, ...keys.keys()].filter(k => k.startsWith(head) && k !== at)
  const shown = options.has('--recursive') ? below : below.filter(k => !k.slice(head.length).includes('/'))
  return said(
    session,
    [...new Set(shown)]
      .sort()
      .map(k => `${k}${options.has('-p') && folders.has(k) ? '/' : ''}\n`)
      .join(''),
  )
}
