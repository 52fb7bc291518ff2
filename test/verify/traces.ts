// Small traces for the tests of verify/: only what the comparisons read.
import type { HopJson, OutcomeJson, PacketJson, StepJson, TraceJson } from '../../src/trace/json'

export const packet = (source: string, destination: string, ttl = 64): PacketJson => ({
  protocol: 'tcp',
  source,
  destination,
  ttl,
  lengthBytes: 60,
  mark: 0,
  detail: 'syn',
})

export const hop = (place: string, node: string | null, steps: readonly StepJson[]): HopJson => ({ in: place, node, steps })

/** An answered outcome of a share, by a pod that sees the source. */
export const answered = (pod: string, fraction: string, source = '10.244.1.9:51412'): OutcomeJson => ({
  probability: { fraction, decimal: Number(fraction.split('/')[0]) / Number(fraction.split('/')[1] ?? 1) },
  fate: 'delivered',
  answeredBy: `pod/default/${pod}`,
  answer: `hello from ${pod}\n`,
  destination: '10.244.1.2:8080',
  source,
  translated: { destination: true, source: false },
  decidedBy: null,
  explanation: null,
  hops: [],
  reply: { fate: 'delivered', decidedBy: null, hops: [] },
  client: { result: 'answered', curl: { exit: 0, text: '' } },
  conntrack: {},
  wire: [],
})

export const lost = (fate: OutcomeJson['fate'], fraction = '1', explanation: string | null = null): OutcomeJson => ({
  ...answered('nobody', fraction),
  fate,
  answeredBy: null,
  answer: null,
  explanation,
  reply: null,
  client: { result: 'refused', curl: { exit: 7, text: 'curl: (7) Failed to connect' } },
})

export const trace = (...outcomes: readonly OutcomeJson[]): TraceJson => ({
  flow: { from: 'pod/default/client', to: '10.96.0.20:80', protocol: 'tcp' },
  outcomes,
})
