// Networks that follow one another as one that can become each of them: everything that ever stands is there from the beginning, with the rules of the first;
// what goes is taken away, and rules are loaded anew. In: the networks in their order. Out: one network, and what changes from each to the next; or why that cannot be.
import { ipText } from '../addr/ip'
import type { Device, Network, Program } from '../linux/program'
import { type RuleTexts, textsOf } from './plan'

/** What becomes of a network that stands. */
export interface Change {
  /** Namespaces whose cables are pulled. */
  readonly gone: readonly string[]
  /** Rules that are other ones now, with those before. */
  readonly rules: readonly { readonly namespace: string; readonly before: RuleTexts; readonly after: RuleTexts }[]
}

export interface Succession {
  readonly network: Network
  /** One less than the networks. */
  readonly changes: readonly Change[]
}

/** The networks as one; a sentence where something changes that is not changed on a network that stands. */
export function succession(networks: readonly Network[]): Succession | string {
  const names = [...new Set(networks.flatMap(n => n.names))]
  const merged = new Map<string, Program>()
  for (const name of names) {
    const programs = networks.flatMap(n => n.program(name) ?? [])
    const one = together(programs)
    if (typeof one === 'string') return one
    merged.set(name, one)
  }
  const twice = sharedAddress([...new Map([...merged.values()].map(p => [p.name, p])).values()])
  if (twice !== undefined) return twice
  const last = networks.at(-1)!
  const network: Network = {
    ...last,
    names,
    program: name => merged.get(name),
    segment: name => last.segment(name),
    owner: ip => last.owner(ip),
  }
  return { network, changes: networks.slice(1).map((after, i) => changeOf(networks[i]!, after)) }
}

const keyed = (value: unknown): string =>
  JSON.stringify(value, (name, v) => (name === 'counted' ? undefined : typeof v === 'bigint' ? `${v}` : v))

/** Every value once, by what it says. */
const union = <T>(lists: readonly (readonly T[])[]): readonly T[] => [...new Map(lists.flat().map(v => [keyed(v), v])).values()]

function together(programs: readonly Program[]): Program | string {
  const first = programs[0]!
  const devices = union(programs.map(p => p.devices))
  const names = devices.map(d => d.name)
  const changed = names.find((name, i) => names.indexOf(name) !== i)
  if (changed !== undefined) return `${changed} of ${first.name} changes`
  const settings = programs.flatMap(p => Object.entries(p.sysctls))
  const set = new Map(settings)
  const other = settings.find(([name, value]) => set.get(name) !== value)
  if (other !== undefined) return `${other[0]} of ${first.name} changes`
  if (new Set(programs.map(p => keyed([p.policyRules, p.ipsets]))).size > 1) return `policy routes or sets of ${first.name} change`
  return {
    ...first,
    devices,
    routes: union(programs.map(p => p.routes)),
    neighbours: union(programs.map(p => p.neighbours)),
    fdb: union(programs.map(p => p.fdb)),
    listeners: union(programs.map(p => p.listeners)),
    sysctls: Object.fromEntries(set),
  }
}

/** An address that one pod had and another has later cannot be both's at once. */
function sharedAddress(programs: readonly Program[]): string | undefined {
  const owners = new Map<unknown, string>()
  const own = (d: Device) => (d.kind === 'loopback' ? [] : d.addresses.map(a => a.ip))
  for (const { name, devices } of programs)
    for (const ip of devices.flatMap(own)) {
      const known = owners.get(ip)
      if (known !== undefined && known !== name && !ipText(ip).startsWith('fe80')) return `${ipText(ip)} moves from ${known} to ${name}`
      owners.set(ip, name)
    }
  return undefined
}

function changeOf(before: Network, after: Network): Change {
  const there = new Set(after.names.flatMap(name => after.program(name)?.name ?? []))
  const was = [...new Set(before.names.flatMap(name => before.program(name)?.name ?? []))]
  return {
    gone: was.filter(name => !there.has(name)),
    rules: was.flatMap(namespace => {
      if (!there.has(namespace)) return []
      const [a, b] = [textsOf(before.program(namespace)!), textsOf(after.program(namespace)!)]
      return keyed(a) === keyed(b) ? [] : [{ namespace, before: a, after: b }]
    }),
  }
}
