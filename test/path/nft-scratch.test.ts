import { test } from 'vitest'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { printNft } from '../../src/linux/nft-ruleset'
import { build } from '../../src/real/build'
import { check } from '../../src/real/check'
import { differenceText } from '../../src/real/compare'
import { Observatory } from '../../src/real/observe'
import { readFlowSpec } from '../../src/trace/flow-spec'
import { prepare } from '../../src/trace/prepare'
import { readFileSync } from 'node:fs'
import { HopspecError, problemText } from '../../src/error'

const mac = (n: number) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`
const L = [{ protocol: 'tcp', port: 80 }, { protocol: 'udp', port: 53 }, { protocol: 'tcp', port: 8080 }, { protocol: 'udp', port: 8080 }, { protocol: 'udp', port: 80 }]
const doc = (nft: string, nfta: string) => ({ apiVersion: 'hopspec/v1', kind: 'Network', namespaces: {
  a: { devices: { eth0: { kind: 'veth', peer: 'r/eth1', mac: mac(1), addresses: ['10.0.1.2/24', 'fd00:1::2/64'] } }, routes: ['default via 10.0.1.1', '-6 default via fd00:1::1'], listeners: L, ...(nfta ? { nftables: nfta } : {}) },
  r: { devices: { eth1: { kind: 'veth', peer: 'a/eth0', mac: mac(2), addresses: ['10.0.1.1/24', 'fd00:1::1/64'] }, eth2: { kind: 'veth', peer: 'b/eth0', mac: mac(3), addresses: ['10.0.2.1/24', '10.0.2.9/24', 'fd00:2::1/64'] }, eth3: { kind: 'veth', peer: 'c/eth0', mac: mac(5), addresses: ['10.0.3.1/24', 'fd00:3::1/64'] } }, sysctls: { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 }, listeners: L, nftables: nft },
  b: { devices: { eth0: { kind: 'veth', peer: 'r/eth2', mac: mac(4), addresses: ['10.0.2.2/24', 'fd00:2::2/64'] } }, routes: ['default via 10.0.2.1', '-6 default via fd00:2::1'], listeners: L },
  c: { devices: { eth0: { kind: 'veth', peer: 'r/eth3', mac: mac(6), addresses: ['10.0.3.2/24', 'fd00:3::2/64'] } }, routes: ['default via 10.0.3.1', '-6 default via fd00:3::1'], listeners: L },
} })
const blocks = readFileSync('/tmp/nftd/cases.txt', 'utf8').split(/^#### /m).slice(1)
for (const block of blocks) {
  const [name, ...rest] = block.split('\n')
  const [rules, ...flows] = rest.join('\n').split('\n-- ')
  const [nft, nfta] = rules!.split('\n@a\n')
  test(name!, { timeout: 60_000 }, () => {
    try {
      const { documents } = readDocuments([{ name: 'n.yaml', text: JSON.stringify(doc(nft!, nfta ?? '')) }])
      const network = readNetwork(documents[0]!)
      const specs = flows.map(f => { const [from, protocol, to, port] = f.trim().split(/\s+/); return readFlowSpec({ from: `namespace/${from}`, to, protocol, ...(port ? { sourcePort: +port } : {}) } as any, { file: 'x' }, []) as any })
      const { flows: ready } = prepare({ network }, specs)
      const built = build(network, { backend: 'legacy' })
      try {
        const eyes = new Observatory(built)
        for (const [i, f] of ready.entries()) {
          const c = check(network, eyes, f.request)
          console.log(name, '|', flows[i]!.trim(), '=>', c.compared ? (c.comparison.differences.length ? c.comparison.differences.map(differenceText).join('\n    ') : 'same') : `NOT COMPARED ${c.why}`)
        }
      } finally { built.close() }
    } catch (e) { console.log(name, 'ERROR', e instanceof HopspecError ? e.problems.map(problemText).join('\n') : (e as Error).stack) }
  })
}
