// How a namespace's rule counters are read, one way for each tool that has rules there.
import type { Job } from './agent'
import { type Counted, readCounters } from './counters'
import { readNftCounters } from './nft-counted'
import type { RuleHit } from './observed'
import type { RuleTexts, Space } from './plan'

export interface Counters {
  readonly key: string
  readonly name: string
  readonly family: RuleHit['family']
  readonly job: Job
  read(text: string): readonly Counted[]
}

export function countersOf({ number, program }: Space, texts: RuleTexts): readonly Counters[] {
  const save = texts.backend === 'legacy' ? 'legacy-save' : 'save'
  const of = (family: RuleHit['family'], argv: readonly string[], read: Counters['read']): Counters => ({
    key: `${number} ${family}`,
    name: program.name,
    family,
    job: { space: number, argv, stdin: '' },
    read,
  })
  const { nftables } = program
  return [
    ...(texts.iptables ? [of('ip', [`iptables-${save}`, '-c'], readCounters)] : []),
    ...(texts.ip6tables ? [of('ip6', [`ip6tables-${save}`, '-c'], readCounters)] : []),
    ...(texts.nftables && nftables ? [of('nft', ['nft', 'list', 'ruleset'], listed => readNftCounters(nftables, listed))] : []),
  ]
}
