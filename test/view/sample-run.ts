// Runs to look at: the article's scenarios, one of them red for each reason a network has; and as many as a test wants.
import type { FindingJson, KernelJson, ProbeJson, TimelineJson, TopologyJson } from '../../src/view/report/probe'
import { FINDING, PROBE, TIMELINE, TOPOLOGY } from '../../src/view/report/probe'
import type { RunFacts } from '../../src/view/report/facts'
import { settle } from '../../src/control/settle'
import { kubectl } from '../../src/lab/command'
import { timelineBetween } from '../../src/lab/timeline'
import { cluster, config, deployment, template } from '../control/world'
import type { FeatureSpec, ScenarioSpec } from './messages'
import type { Pod } from './sample-trace'
import { droppedTrace, nodePortTrace, PODS } from './sample-trace'

export const FACTS: RunFacts = {
  seed: 7,
  version: 'v1.13.0',
  proxyMode: 'iptables',
  cni: 'flannel vxlan',
  hopspecVersion: '0.1.0',
  dataplane: 'simulated',
}

export const TOPOLOGY_JSON: TopologyJson = {
  nodes: ['master', 'node01', 'node02'].map((name, i) => ({
    name,
    role: i ? 'worker' : 'control-plane',
    addresses: [`192.168.1.20${i}`],
    podCIDRs: [`10.244.${i}.0/24`],
    pods: PODS.filter(pod => pod.node === name).map(pod => ({ name: pod.name, namespace: 'default', ip: pod.ip })),
  })),
  clients: [{ name: 'laptop', address: '192.168.1.50' }],
  services: [{ name: 'mytest-svc', namespace: 'default', type: 'NodePort', clusterIP: '10.100.77.149', ports: '80:31298/TCP' }],
  version: 'v1.13.0',
  proxyMode: 'iptables',
  cni: 'flannel vxlan',
}

export const probe = (trace = nodePortTrace(), sampled = true): ProbeJson => ({
  title: 'curl http://192.168.1.200:31298',
  trace,
  sample: sampled
    ? {
        times: 3000,
        seed: 7,
        counts: trace.outcomes.map((o, i) => ({
          place: o.answeredBy ?? o.fate,
          count: [1003, 986, 1011][i] ?? 1000,
          low: 0.311,
          high: 0.358,
        })),
      }
    : null,
  chosen: null,
})

/** What the components write when the article's Deployment of so many replicas comes into a cluster. */
export function articleTimeline(replicas: number): TimelineJson {
  const before = settle(cluster([], {}, config('v1.35')))
  const manifest = JSON.stringify(deployment('mytest', replicas, template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1')))
  return timelineBetween(before, kubectl(before, ['create', '-f', '-'], { stdin: manifest, read: () => undefined }).state)
}

const GIVEN = [
  {
    text: 'Given the cluster of "articles/001/cluster.yaml"',
    values: ['"articles/001/cluster.yaml"'],
    attach: { [TOPOLOGY]: TOPOLOGY_JSON },
  },
  {
    text: 'And 3 "mytest" replicas behind the NodePort service "mytest-svc" on port 31298',
    values: ['3', '"mytest"', '"mytest-svc"', '31298'],
  },
]
const WHEN = (p: ProbeJson) => ({
  text: 'When client "laptop" curls http://192.168.1.200:31298 3000 times',
  values: ['"laptop"', 'http://192.168.1.200:31298', '3000'],
  attach: { [PROBE]: p },
})

const HEAD = ['node', 'step', 'source', 'destination']
export const REFUSED: FindingJson = {
  expected: '1/3 · 1/3 · 1/3',
  actual: '≈ 1/3 · ≈ 1/3 · never: mytest-88d46bf99-cd4zk refuses',
  why: 'Service default/mytest-svc sends to port 8080; pod mytest-88d46bf99-cd4zk listens on 80, not on 8080.',
  change: 'mytest-deploy.yaml:23 containers[0].ports[0].containerPort 80 → 8080',
  expectedHops: [
    HEAD,
    ['master', 'prerouting', '192.168.1.50:51412', '192.168.1.200:31298'],
    ['master', 'postrouting', '10.244.0.0:51412', '10.244.2.2:8080'],
    ['mytest-88d46bf99-cd4zk', 'deliver', '10.244.0.0:51412', '10.244.2.2:8080'],
  ],
  actualHops: [
    HEAD,
    ['master', 'prerouting', '192.168.1.50:51412', '192.168.1.200:31298'],
    ['master', 'postrouting', '10.244.0.0:51412', '10.244.2.2:8080'],
    ['mytest-88d46bf99-cd4zk', 'reject', '10.244.0.0:51412', '10.244.2.2:8080'],
  ],
  firstDifference: 2,
}

export const failing: ScenarioSpec = {
  name: 'A NodePort answers on every node',
  tags: ['@SV-002', '@nodeport'],
  steps: [
    ...GIVEN,
    WHEN(probe(nodePortTrace(2))),
    {
      text: 'Then each of the 3 pods answers 1/3 of the requests',
      values: ['3', '1/3'],
      status: 'failed',
      message: 'expected 1/3',
      attach: { [FINDING]: REFUSED },
    },
    { text: 'And every request is answered', status: 'skipped' },
  ],
}
export const dropping: ScenarioSpec = {
  name: 'A NodePort answers although docker owns FORWARD',
  tags: ['@SV-003'],
  steps: [
    ...GIVEN,
    WHEN(probe(droppedTrace(), false)),
    {
      text: 'Then every request is answered',
      status: 'failed',
      attach: {
        [FINDING]: {
          expected: 'every request is answered',
          actual: 'none is: dropped on node master',
          why: 'docker set the policy of FORWARD to DROP, and no rule accepts packets to 10.244.0.0/16.',
          change: 'cluster.yaml:6 networking.cni flannel v0.9 → v0.10.0',
        } satisfies FindingJson,
      },
    },
  ],
}
export const passing: ScenarioSpec = {
  name: 'A NodePort spreads connections over every replica',
  tags: ['@KC-037', '@nodeport'],
  steps: [
    ...GIVEN,
    WHEN(probe()),
    { text: 'Then each of the 3 pods answers 1/3 of the requests', values: ['3', '1/3'] },
    {
      text: 'And the chosen path of the first request is:',
      rows: [
        HEAD,
        ['master', 'prerouting', '192.168.1.50:51412', '192.168.1.200:31298'],
        ['node01', 'forward', '10.244.0.0:51412', '10.244.1.2:8080'],
      ],
      attach: {
        [TIMELINE]: articleTimeline(3),
      },
    },
  ],
}
const broken: ScenarioSpec = {
  name: 'The address of a <kind> is printed',
  example: { kind: 'Service', address: '10.100.77.149' },
  steps: [
    { text: 'Given the cluster of "articles/001/cluster.yaml"' },
    {
      text: 'Then `kubectl get svc` prints',
      docString: 'NAME         TYPE\nkubernetes   ClusterIP',
      status: 'failed',
      message: 'AssertionError: expected 10.100.77.149\n    at World.<anonymous> (/home/somebody/steps/then.ts:12:3)',
    },
  ],
}
const undefinedStep: ScenarioSpec = { name: 'A step that nobody wrote', steps: [{ text: 'When the moon is full', status: 'undefined' }] }

/** The article's features, some red. */
export const mixedRun: readonly FeatureSpec[] = [
  {
    uri: 'features/articles/001-service.feature',
    name: 'A Service has one address',
    description: '  kube-proxy turns one stable address into the address of a pod.\n  Pods come and go behind it.',
    scenarios: [passing, failing, dropping],
  },
  {
    uri: 'features/services/nodeport.feature',
    name: 'NodePort',
    scenarios: [broken, undefinedStep, { ...passing, name: 'A fixed nodePort 30000' }],
  },
]

/** As many scenarios as asked for, each with a probe of its own (other addresses, other pods, other shares); every `failEvery`-th fails. */
export function largeRun(scenarios: number, failEvery: number): readonly FeatureSpec[] {
  const features: FeatureSpec[] = []
  for (let f = 0; f * 10 < scenarios; f++) {
    const list = Array.from({ length: Math.min(10, scenarios - f * 10) }, (_, s): ScenarioSpec => {
      const n = f * 10 + s
      const pods: readonly Pod[] = PODS.map((pod, i) => ({
        ...pod,
        name: `web-${n}-88d46bf99-${'cdfgh'[i]}${n % 7}tzk`,
        ip: `10.244.${pod.node === 'node01' ? 1 : 2}.${(n * 3 + i) % 250}`,
      }))
      const bad = failEvery > 0 && n % failEvery === failEvery - 1
      const base = bad ? failing : passing
      const steps = base.steps.map(step => (step.attach?.[PROBE] ? WHEN(probe(nodePortTrace(bad ? 2 : -1, pods))) : step))
      return {
        ...base,
        name: `${base.name}, case ${n} of a large suite`,
        tags: [`@KC-${String((n % 200) + 1).padStart(3, '0')}`, '@nodeport'],
        steps,
      }
    })
    features.push({
      uri: `features/${['services', 'nodes', 'networks', 'policies'][f % 4]}/topic-${String(f).padStart(3, '0')}.feature`,
      name: `Topic ${f}`,
      description: 'What the reader learns here.',
      scenarios: list,
    })
  }
  return features
}

/** Names of 253 characters everywhere. */
export function longRun(): readonly FeatureSpec[] {
  const long = 'a-very-long-name.'.repeat(15).slice(0, 253)
  const pods = PODS.map((pod, i) => ({ ...pod, name: `${long.slice(0, 252)}${i}` }))
  return [
    {
      uri: `features/${long}.feature`,
      name: long,
      scenarios: [
        {
          ...failing,
          name: long,
          tags: [`@${long}`],
          steps: failing.steps.map(step => (step.attach?.[PROBE] ? WHEN(probe(nodePortTrace(2, pods))) : step)),
        },
        { ...passing, name: long, steps: passing.steps.map(step => (step.attach?.[PROBE] ? WHEN(probe(nodePortTrace(-1, pods))) : step)) },
      ],
    },
  ]
}

/** What the kernel did with a probe, as `both` dataplanes tell it. */
export function withKernel(p: ProbeJson, verdict: 'agrees' | 'differs' | 'apart'): ProbeJson {
  if (verdict === 'apart') return { ...p, kernel: { compared: false, why: 'this kernel has no SCTP' } }
  const { hops } = p.trace.outcomes[0]!
  const differences = verdict === 'agrees' ? [] : [{ aspect: 'client', simulated: ['answered'], real: ['timeout'] } as const]
  const kernel: KernelJson = {
    compared: true,
    way: 0,
    saw: [verdict === 'agrees' ? 'answered' : 'timeout'],
    differences,
    parts: verdict === 'agrees' ? null : 'node/master',
    hops,
    notCompared: ['the packets of a TCP connection after its handshake'],
    counted: { times: 3000, p: 0.4, alpha: 1e-6, ends: [{ end: 'pod/default/a sees 10.244.0.0', expected: 1000.1, count: 990 }] },
  }
  return { ...p, kernel }
}

/** One scenario for each verdict of the kernel. */
export const kernelRun = (): readonly FeatureSpec[] => [
  {
    uri: 'features/kernel.feature',
    name: 'On both dataplanes',
    scenarios: [
      { name: 'it agrees', steps: [WHEN(withKernel(probe(), 'agrees')), { text: 'Then every request is answered' }] },
      {
        name: 'it differs',
        steps: [
          { ...WHEN(withKernel(probe(), 'differs')), status: 'failed', message: 'they differ' },
          { text: 'Then it', status: 'skipped' },
        ],
      },
      { name: 'it cannot', steps: [WHEN(withKernel(probe(), 'apart')), { text: 'Then every request is answered' }] },
      { name: 'it need not', steps: [{ text: 'Then the pods are' }] },
    ],
  },
]
