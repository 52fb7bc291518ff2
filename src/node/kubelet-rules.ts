// The iptables rules that kubelet keeps on its node: by version the marks that kube-proxy uses, or only its firewall and hints.
import { parseCidr } from '../addr/cidr'
import { LOCALNET, SNAT } from './kube-proxy/emission'
import { type KernelTables, addRule, ensureRule, newChain, tableOf } from './kernel-tables'
import type { NodeFacts } from './profile'
import { DROP, comment, conntrack, destination, jump, line, marked, masquerade, setMark, source } from './words'

const KUBELET = { because: 'kubelet' }
/** Packets to be masqueraded, packets to be dropped: kubelet's --iptables-masquerade-bit and --iptables-drop-bit. */
const MASQUERADE_MARK = 0x4000
const DROP_MARK = 0x8000
const LOOPBACK4 = parseCidr('127.0.0.0/8')

/** KUBE-MARK-DROP alone: what a v1.13 kube-proxy's rules jump to. */
export function writeMarkDrop(k: KernelTables): void {
  newChain(k, 'nat', 'KUBE-MARK-DROP')
  ensureRule(k, 'nat', 'KUBE-MARK-DROP', line('', [], setMark(DROP_MARK, 'set-xmark'), KUBELET).rule, 'last')
}

/** All of kubelet's rules, as it writes them at its start. */
export function writeKubelet(k: KernelTables, kind: NodeFacts['kubelet']): void {
  if (kind === 'hints') {
    tableOf(k, 'mangle')
    newChain(k, 'mangle', 'KUBE-IPTABLES-HINT')
    newChain(k, 'mangle', 'KUBE-KUBELET-CANARY')
  } else writeMarkDrop(k)
  newChain(k, 'filter', 'KUBE-FIREWALL')
  if (kind === 'hints') {
    const states = conntrack(['RELATED', 'ESTABLISHED', 'DNAT'], true)
    const parts = [comment(LOCALNET), destination(LOOPBACK4), source(LOOPBACK4, true), states]
    if (k.family === 'ipv4') addRule(k, 'filter', 'KUBE-FIREWALL', line('', parts, DROP, KUBELET).rule, 'last')
  } else {
    const parts = [comment('kubernetes firewall for dropping marked packets'), marked(DROP_MARK)]
    addRule(k, 'filter', 'KUBE-FIREWALL', line('', parts, DROP, KUBELET).rule, 'last')
  }
  for (const from of ['OUTPUT', 'INPUT']) ensureRule(k, 'filter', from, line('', [], jump('KUBE-FIREWALL'), KUBELET).rule, 'first')
  if (kind === 'marks') writeMarks(k)
}

function writeMarks(k: KernelTables): void {
  newChain(k, 'nat', 'KUBE-MARK-MASQ')
  ensureRule(k, 'nat', 'KUBE-MARK-MASQ', line('', [], setMark(MASQUERADE_MARK, 'set-xmark'), KUBELET).rule, 'last')
  newChain(k, 'nat', 'KUBE-POSTROUTING')
  const snat = line('', [comment(SNAT), marked(MASQUERADE_MARK)], masquerade(false), KUBELET).rule
  ensureRule(k, 'nat', 'KUBE-POSTROUTING', snat, 'last')
  const jumps = line('', [comment('kubernetes postrouting rules')], jump('KUBE-POSTROUTING'), KUBELET).rule
  ensureRule(k, 'nat', 'POSTROUTING', jumps, 'first')
}
