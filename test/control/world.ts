// The address plan of these tests: article 001's cluster, and hand-made objects as apply/ would accept them.
import { parseCidr } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import type { ClusterConfig } from '../../src/apply/cluster-config'
import type { Accepted, KubeObject, PodTemplate } from '../../src/apply/object'
import type { Deployment } from '../../src/apply/object-workloads'
import type { Service } from '../../src/apply/object-service'
import type { ProfileName } from '../../src/apply/profile'
import { begin, type BeginOptions } from '../../src/cluster/begin'
import { objectsOf, type State } from '../../src/cluster/state'

const place = { file: 'test.yaml', line: 1, column: 1 }

const node = (name: string, ip: string, podCIDR: string, role: 'control-plane' | 'worker') => ({
  name,
  role,
  addresses: [{ ip: parseIp(ip), length: 24 }],
  containerRuntime: 'docker' as const,
  bip: null,
  podCIDRs: [parseCidr(podCIDR)],
  labels: {},
  kernel: { nfacct: true },
  place,
})

/** master 192.168.1.200 (10.244.0.0/24), node01 .201 (10.244.1.0/24), node02 .202 (10.244.2.0/24). */
export function config(profile: ProfileName = 'v1.13', rest: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    kubernetesVersion: profile === 'v1.13' ? 'v1.13.0' : 'v1.35.4',
    profile,
    ipFamily: 'ipv4',
    podSubnets: [parseCidr('10.244.0.0/16')],
    serviceSubnets: [parseCidr('10.96.0.0/12')],
    cni: { name: 'flannel', settings: {} },
    builtins: 'kubeadm',
    addons: [],
    kubelets: { startSeconds: 0.6, stopSeconds: 1, events: true },
    nodes: [
      node('master', '192.168.1.200', '10.244.0.0/24', 'control-plane'),
      node('node01', '192.168.1.201', '10.244.1.0/24', 'worker'),
      node('node02', '192.168.1.202', '10.244.2.0/24', 'worker'),
    ],
    externalClients: [],
    dns: { corefile: null, upstream: [] },
    images: [],
    proxy: {
      mode: 'iptables',
      clusterCIDRs: [parseCidr('10.244.0.0/16')],
      detectLocalMode: 'ClusterCIDR',
      bridgeInterface: '',
      interfaceNamePrefix: '',
      nodePortAddresses: [],
      masqueradeAll: false,
      masqueradeBit: 14,
      localhostNodePorts: true,
      ipvs: { scheduler: 'rr', strictARP: false },
      conntrackTcpBeLiberal: false,
      featureGates: {},
    },
    ...rest,
  }
}

export const accepted = (object: KubeObject): Accepted => ({ object, place, placeOf: () => place })

export const cluster = (objects: readonly KubeObject[], options: Partial<BeginOptions> = {}, conf: ClusterConfig = config()): State =>
  begin({ config: conf, accepted: objects.map(accepted) }, { seed: 1, ...options })

/** One container as the API server defaults it. */
export function template(labels: Record<string, string>, name: string, image: string, ports: readonly number[] = [80]): PodTemplate {
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          name,
          image,
          ports: ports.map(containerPort => ({ containerPort, protocol: 'TCP' as const })),
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
  } as unknown as PodTemplate
}

export const deployment = (name: string, replicas: number, of: PodTemplate, rest: Partial<Deployment['spec']> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: of.metadata!.labels! },
    template: of,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    ...rest,
  },
})

export const service = (name: string, spec: Partial<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type: 'ClusterIP', ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }], sessionAffinity: 'None', ...spec },
})

/** Article 001: three replicas pinned to their names, nodes and addresses, and Service mytest-svc. */
export const ARTICLE = {
  deployment: deployment('mytest', 3, template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1')),
  service: service('mytest-svc', {
    type: 'NodePort',
    clusterIP: '10.100.77.149',
    selector: { run: 'mytest' },
    ports: [{ protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 31298 }],
    externalTrafficPolicy: 'Cluster',
  }),
  pins: [
    { namespace: 'default', of: 'deployment/mytest', name: 'mytest-88d46bf99-ntd5n', node: 'node01', ip: '10.244.1.2' },
    { namespace: 'default', of: 'deployment/mytest', name: 'mytest-88d46bf99-fsmcj', node: 'node01', ip: '10.244.1.3' },
    { namespace: 'default', of: 'deployment/mytest', name: 'mytest-88d46bf99-cd4zk', node: 'node02', ip: '10.244.2.2' },
  ],
} as const

/** `name node address ready` of every pod, one a line, by name. */
export const podLines = (state: State): readonly string[] =>
  objectsOf(state, 'Pod').map(p => {
    const ready = p.status?.conditions?.find(c => c.type === 'Ready')?.status === 'True'
    return `${p.metadata.name} ${p.spec.nodeName ?? '-'} ${p.status?.podIP ?? '-'} ${ready ? 'ready' : 'not ready'}`
  })
