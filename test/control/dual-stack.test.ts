// Services on a dual-stack API server, as the real one took or refused them: 10.96.0.0/24 first, fd00:10:96::/112 second.
// Addresses that no request named are chance; they are compared by their family and their range.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contains, parseCidr } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, type State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const ORACLE = '../shared/oracles/control-plane/allocation/dual-stack.json'

interface Row {
  readonly name: string
  readonly request?: Record<string, unknown>
  readonly patch?: string
  readonly code: number
  readonly spec: Record<string, unknown> | null
  readonly message?: string | null
}

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
networking: {ipFamily: dual, podSubnet: "10.244.0.0/16,fd00:10:244::/56", serviceSubnet: "10.96.0.0/24,fd00:10:96::/112"}
nodes: [{name: master, role: control-plane, addresses: [192.168.1.200, "fd00::200"]}]
`
const NETWORKS = [parseCidr('10.96.0.0/24'), parseCidr('fd00:10:96::/112')]

const begun = (): State => settle(begin(readStore([{ name: 'dual.yaml', text: CLUSTER }]), { seed: 1 }))

/** The manifest that the recorder sent. */
function manifest({ name, request }: Row): string {
  const { ip, typ, ...spec } = request ?? { ip: 'None' }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      ...(request === undefined ? {} : { selector: { app: 'x' } }),
      ports: [{ port: 80 }],
      ...spec,
      ...(ip ? { clusterIP: ip } : {}),
      ...(typ ? { type: typ } : {}),
    },
  })
}

/** kubectl's words for the Status of a refusal. */
function refusal(message: string): string {
  const [, head, list] = /^(.* is invalid: )\[(spec.*)\]$/s.exec(message) ?? []
  return list === undefined
    ? `The ${message}\n`
    : `The ${head}\n${list
        .split(/, (?=spec\.)/)
        .map(cause => `* ${cause}\n`)
        .join('')}`
}

/** An address that was drawn, as `<10.96.0.0/24>`. */
const hidden = (given: string) => (text: unknown) =>
  typeof text !== 'string' || text === 'None' || given.includes(text)
    ? text
    : NETWORKS.findIndex(n => typeof n.ip === typeof parseIp(text) && contains(n, parseIp(text)))

function shown(spec: Record<string, unknown>, row: Row, fields: readonly string[]): unknown {
  const hide = hidden(`${JSON.stringify(row.request ?? {})}`)
  return Object.fromEntries(
    fields.map(f => [f, f === 'clusterIP' ? hide(spec[f]) : f === 'clusterIPs' ? (spec[f] as unknown[])?.map(hide) : spec[f]]),
  )
}

describe.skipIf(!existsSync(ORACLE))(`${ORACLE} (skipped where it is absent)`, () => {
  const rows = existsSync(ORACLE) ? (JSON.parse(readFileSync(ORACLE, 'utf8')) as readonly Row[]) : []
  let state = begun()
  for (const row of rows)
    test(`${row.name}${row.patch === undefined ? '' : ` patched with ${row.patch}`}: ${row.code}`, () => {
      const before = objectOf(state, 'Service', `default/${row.name}`)
      const argv = row.patch === undefined ? ['create', '-f', '-'] : ['patch', 'service', row.name, '-p', row.patch]
      const reply = runKubectl(state, argv, { read: () => undefined, stdin: () => manifest(row) }, atOnce)
      const stored = objectOf(reply.state, 'Service', `default/${row.name}`)
      if (row.spec === null) {
        const own = (text: string) => before?.spec.clusterIPs?.reduce((t, ip) => t.replaceAll(ip, '<own>'), text) ?? text
        const recorded = before === undefined ? row.message! : row.message!.replaceAll(/"10\.96\.0\.\d+"/g, '"<own>"')
        expect(own(reply.stderr)).toBe(refusal(recorded))
        expect(stored).toBe(before)
        return
      }
      expect(reply.stderr).toBe('')
      expect(shown(stored!.spec as never, row, Object.keys(row.spec))).toEqual(shown(row.spec, row, Object.keys(row.spec)))
      if (before !== undefined) expect(stored!.spec.clusterIP).toBe(before.spec.clusterIP)
      state = settle(reply.state)
    })
})

const run = (state: State, argv: readonly string[], stdin = '') =>
  runKubectl(state, argv, { read: () => undefined, stdin: () => stdin }, atOnce)
const made = (name: string, request: Record<string, unknown>): State =>
  settle(run(begun(), ['create', '-f', '-'], manifest({ name, request, code: 201, spec: null })).state)
const specOf = (state: State, name: string) => objectOf(state, 'Service', `default/${name}`)!.spec
const DUAL = { ipFamilyPolicy: 'RequireDualStack', ip: '10.96.0.20', clusterIPs: ['10.96.0.20', 'fd00:10:96::20'] }

describe('an update of a dual-stack Service', () => {
  test('letting go of the second address takes the policy SingleStack', () => {
    const reply = run(made('web', DUAL), ['patch', 'service', 'web', '-p', '{"spec":{"clusterIPs":["10.96.0.20"]}}'])
    expect(reply.stderr).toBe(
      'The Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary cluster IP\n',
    )
  })

  test('one that is no more dual-stack lets go of its second address: another Service may have it', () => {
    const single = run(made('web', DUAL), ['patch', 'service', 'web', '-p', '{"spec":{"ipFamilyPolicy":"SingleStack"}}']).state
    const other = { name: 'other', request: { ipFamilies: ['IPv6'], ip: 'fd00:10:96::20' }, code: 201, spec: null }
    const reply = run(settle(single), ['create', '-f', '-'], manifest(other))
    expect(reply.stderr).toBe('')
    expect(specOf(reply.state, 'other').clusterIPs).toEqual(['fd00:10:96::20'])
  })

  test('an IPv6 Service becomes dual-stack with an IPv4 address behind its own', () => {
    const six = made('six', { ipFamilies: ['IPv6'], ip: 'fd00:10:96::6' })
    const { ipFamilies, clusterIPs } = specOf(
      run(six, ['patch', 'service', 'six', '-p', '{"spec":{"ipFamilyPolicy":"RequireDualStack"}}']).state,
      'six',
    )
    expect(ipFamilies).toEqual(['IPv6', 'IPv4'])
    expect(clusterIPs).toEqual(['fd00:10:96::6', expect.stringMatching(/^10\.96\.0\./)])
  })
})
