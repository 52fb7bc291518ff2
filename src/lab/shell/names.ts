// Names in the shell: what a program gets for one, getent, and whose tools a place has.
import { ipText, readIp } from '../../addr/ip'
import { objectOf } from '../../cluster/state'
import { lookupJson } from '../../dns/json'
import type { RecordType } from '../../dns/record'
import type { Resolving } from '../../dns/query'
import { type Lookup, lookUp } from '../../dns/resolver'
import { reverseName } from '../../dns/reverse'
import { getentAhostsPrints, getentHostsPrints, type Printed } from '../../view/resolver-programs'
import { notAskedOrNotThere, whyNoServiceName } from '../../verify/explain-name'
import { Asking } from './ask'
import { readBare } from './options'
import { type Ran, refused, said, type Session, stateOf } from './session'

export const ADDRESSES: readonly RecordType[] = ['A', 'AAAA']

/** The resolver of the session's place, whose questions are packets; undefined without a cluster. */
export function askingIn(session: Session): Asking | undefined {
  const state = stateOf(session)
  return state && new Asking(session, state)
}

interface Resolved {
  readonly session: Session
  readonly addresses: readonly string[]
  /** Why there is none, on a line of ours; empty where nothing can be told. */
  readonly why: string
}

/** The addresses of a name as a program at that place gets them. */
export function resolved(session: Session, name: string, types: readonly RecordType[] = ADDRESSES): Resolved {
  const asking = askingIn(session)
  if (asking === undefined) return { session, addresses: [], why: '' }
  const found = lookUp('glibc', name, types, asking.resolving)
  return {
    session: asking.after,
    addresses: found.addresses.map(ip => ipText(ip)),
    why: found.addresses.length > 0 ? '' : whyNone(session, found, name, asking.resolving),
  }
}

/** A question that was lost says more than the denial of another: with an answer to it the search might have ended. Of denials, one about a Service says most. */
function whyNone(session: Session, { queries }: Lookup, name: string, { conf }: Resolving): string {
  const lost = queries.findLast(q => q.reply.kind !== 'answered')?.reply
  if (lost !== undefined && lost.kind !== 'answered') return `\nhopspec: a question to the name server was ${lost.kind}: ${lost.why}`
  const denied = queries.flatMap(({ question, reply }) =>
    reply.kind === 'answered' ? [{ name: question.name, because: reply.log.at(-1)!.answer.because }] : [],
  )
  const state = stateOf(session)
  const why =
    (state && (whyNoServiceName(state, denied) ?? notAskedOrNotThere(state, session.place, name, conf.nameservers))) ??
    denied.at(-1)?.because
  return why === undefined ? '' : `\nhopspec: ${why}`
}

/** `getent hosts NAME`, which asks for one family after the other, and `getent ahosts NAME`. */
export function getent(session: Session, rest: readonly string[]): Ran {
  const [database, name] = readBare('getent', rest, 2).bare
  const asking = askingIn(session)
  if ((database !== 'hosts' && database !== 'ahosts') || name === undefined || asking === undefined)
    return refused(session, 'usage: getent hosts NAME, getent ahosts NAME', 2)
  const { resolving } = asking
  const ask = (types: readonly RecordType[], asked = name) => lookupJson(lookUp('glibc', asked, types, resolving), 'glibc', resolving.conf)
  const printed = ({ stdout, exit }: Printed): Ran => said(asking.after, stdout, exit)
  const ip = readIp(name)
  if (database === 'ahosts') return printed(getentAhostsPrints(name, ask(ADDRESSES)))
  if (ip !== undefined) return printed(getentHostsPrints(name, { ...ask(['PTR'], reverseName(ip)), result: [name] }))
  const six = ask(['AAAA'])
  return printed(getentHostsPrints(name, six.result.length > 0 ? six : ask(['A'])))
}

/** Pods whose tools are busybox'. */
export function hasBusybox(session: Session): boolean {
  const state = stateOf(session)
  const pod = state && session.place.startsWith('pod/') ? objectOf(state, 'Pod', session.place.slice('pod/'.length)) : undefined
  return pod?.spec.containers.some(c => /(?:^|\/)(?:busybox|alpine)(?::|@|$)/.test(c.image ?? '')) === true
}
