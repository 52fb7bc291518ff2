// Makes a sample that goes wrong as small as it gets: drops flows, machines, devices, rules and words, one after another, and keeps what still goes wrong.
import type { FlowDoc, Sample, SpaceDoc } from './sample'

/** Whether a smaller sample still shows the same sort of difference. */
export type StillWrong = (sample: Sample) => boolean

/** At most so many tries, each of which builds a network. */
const MOST_TRIES = 400

/** The smallest sample found; each is asked once. */
export function shrink(sample: Sample, stillWrong: StillWrong, mostTries = MOST_TRIES): Sample {
  const asked = new Set<string>()
  let best = sample
  for (let again = true; again; ) {
    again = false
    for (const kind of KINDS)
      for (let at = 0; ; ) {
        const smaller = kind(best)[at]
        if (smaller === undefined) break
        const key = JSON.stringify(smaller)
        if (asked.size >= mostTries) return best
        const known = asked.has(key)
        asked.add(key)
        if (known || !stillWrong(smaller)) at++
        else {
          best = smaller
          again = true
        }
      }
  }
  return best
}

/** Every sample that is one step smaller, the big steps first. */
const KINDS: readonly ((s: Sample) => readonly Sample[])[] = [
  fewerFlows,
  fewerSpaces,
  fewerTexts,
  fewerLines,
  fewerDevices,
  fewerFields,
  shorterLines,
  plainerFlows,
]

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at)
}

function omit<T extends object>(all: T, key: string): T {
  const { [key as keyof T]: _, ...rest } = all
  return rest as T
}

function fewerFlows(s: Sample): readonly Sample[] {
  return s.flows.length < 2 ? [] : s.flows.map((_, i) => ({ ...s, flows: without(s.flows, i) }))
}

const withSpace = (s: Sample, name: string, space: SpaceDoc): Sample => ({ ...s, spaces: { ...s.spaces, [name]: space } })

/** Without one namespace, the cables to it and the flows from it. */
function fewerSpaces(s: Sample): readonly Sample[] {
  return Object.keys(s.spaces).flatMap(gone => {
    const flows = s.flows.filter(f => f.from !== `namespace/${gone}`)
    if (flows.length === 0) return []
    const spaces = Object.fromEntries(
      Object.entries(s.spaces)
        .filter(([name]) => name !== gone)
        .map(([name, space]) => [name, withoutDevices(space, d => d.peer?.startsWith(`${gone}/`) ?? false)]),
    )
    return [{ ...s, spaces, flows }]
  })
}

function withoutDevices(space: SpaceDoc, gone: (d: SpaceDoc['devices'][string], name: string) => boolean): SpaceDoc {
  const names = Object.entries(space.devices)
    .filter(([name, d]) => gone(d, name))
    .map(([name]) => name)
  if (names.length === 0) return space
  const speaks = (text: string) => names.some(n => text.split(' ').includes(n))
  const kept = <T extends string[] | undefined>(list: T): T => list?.filter(t => !speaks(t)) as T
  const devices = Object.fromEntries(Object.entries(space.devices).filter(([name]) => !names.includes(name)))
  const sysctls = Object.fromEntries(Object.entries(space.sysctls ?? {}).filter(([name]) => !names.some(n => name.includes(`.${n}.`))))
  return {
    ...space,
    devices,
    routes: kept(space.routes),
    neighbours: kept(space.neighbours),
    fdb: kept(space.fdb),
    ...(space.sysctls ? { sysctls } : {}),
  }
}

function fewerDevices(s: Sample): readonly Sample[] {
  return Object.entries(s.spaces).flatMap(([name, space]) =>
    Object.keys(space.devices).flatMap((device): Sample[] => {
      const { peer } = space.devices[device]!
      const mine = withSpace(
        s,
        name,
        withoutDevices(space, (_, n) => n === device),
      )
      if (peer === undefined) return [mine]
      const [far, farDevice] = peer.split('/') as [string, string]
      const there = mine.spaces[far]
      return [
        there
          ? withSpace(
              mine,
              far,
              withoutDevices(there, (_, n) => n === farDevice),
            )
          : mine,
      ]
    }),
  )
}

const TEXTS = ['nftables', 'iptables', 'ip6tables', 'ipset'] as const
const LISTS = ['policyRules', 'routes', 'listeners', 'neighbours', 'fdb'] as const

function fewerTexts(s: Sample): readonly Sample[] {
  return Object.entries(s.spaces).flatMap(([name, space]) =>
    TEXTS.filter(t => space[t] !== undefined).map(t => withSpace(s, name, omit(space, t))),
  )
}

/** Without one line of a text, or one block of it (a table, a chain, a set). */
function fewerLines(s: Sample): readonly Sample[] {
  return Object.entries(s.spaces).flatMap(([name, space]) =>
    TEXTS.flatMap(t => (space[t] === undefined ? [] : shorterTexts(space[t]!).map(text => withSpace(s, name, { ...space, [t]: text })))),
  )
}

function shorterTexts(text: string): readonly string[] {
  const lines = text.split('\n').slice(0, -1)
  const joined = (kept: readonly string[]) => kept.map(l => `${l}\n`).join('')
  const cut = (from: number, to: number) => joined([...lines.slice(0, from), ...lines.slice(to)])
  const ends = (from: number): number | undefined => {
    const line = lines[from]!
    if (line.startsWith('*')) return lines.indexOf('COMMIT', from) + 1
    const indent = /^\t*/.exec(line)![0]
    return line.endsWith('{') ? lines.indexOf(`${indent}}`, from) + 1 : undefined
  }
  const blocks = lines.flatMap((_, i) => ends(i) ?? []).length
  return [
    ...(blocks > 0 ? lines.flatMap((_, i) => (ends(i) === undefined ? [] : [cut(i, ends(i)!)])) : []),
    ...lines.flatMap((l, i) => (/^(?:\*|COMMIT$|.*\{$|\t*\}$|\t\ttype )/.test(l) ? [] : [cut(i, i + 1)])),
  ]
}

function fewerFields(s: Sample): readonly Sample[] {
  return Object.entries(s.spaces).flatMap(([name, space]) => [
    ...LISTS.flatMap(list =>
      (space[list] ?? []).map((_, i) => withSpace(s, name, { ...space, [list]: without(space[list] as unknown[], i) })),
    ),
    ...Object.keys(space.sysctls ?? {}).map(key => withSpace(s, name, { ...space, sysctls: omit(space.sysctls!, key) })),
    ...Object.entries(space.devices).flatMap(([d, device]) => [
      ...['hairpin', 'isolated', 'mtu'].filter(f => device[f] !== undefined).map(f => withDevice(s, name, d, omit(device, f))),
      ...(device.addresses ?? []).map((_, i) => withDevice(s, name, d, { ...device, addresses: without(device.addresses!, i) })),
    ]),
  ])
}

const withDevice = (s: Sample, name: string, device: string, doc: SpaceDoc['devices'][string]): Sample =>
  withSpace(s, name, { ...s.spaces[name]!, devices: { ...s.spaces[name]!.devices, [device]: doc } })

/** An iptables rule without one of its options. */
function shorterLines(s: Sample): readonly Sample[] {
  return Object.entries(s.spaces).flatMap(([name, space]) =>
    (['iptables', 'ip6tables'] as const).flatMap(t => {
      const lines = space[t]?.split('\n') ?? []
      return lines.flatMap((line, i) =>
        shorterRules(line).map(shorter => withSpace(s, name, { ...space, [t]: lines.with(i, shorter).join('\n') })),
      )
    }),
  )
}

function shorterRules(line: string): readonly string[] {
  if (!line.startsWith('-A ')) return []
  const options = [
    ...line.matchAll(/ (?:! )?-[sdiop] \S+(?: -m (?:tcp|udp|icmp|icmp6|multiport) .*?(?= -[mjg] |$))?| -m .*?(?= -[mjg] |$)| -[jg] .*$/g),
  ]
  return options.map(o => line.slice(0, o.index) + line.slice(o.index + o[0].length))
}

const OPTIONS = ['ttl', 'tos', 'mark', 'device', 'size', 'dontFragment', 'source', 'broadcast'] as const

function plainerFlows(s: Sample): readonly Sample[] {
  return s.flows.flatMap((flow, i) =>
    OPTIONS.filter(o => flow[o] !== undefined).map(o => ({ ...s, flows: s.flows.with(i, omit(flow, o) as FlowDoc) })),
  )
}
