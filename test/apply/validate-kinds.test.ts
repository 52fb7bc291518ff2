// Validation by kind: each row is a spec with one mistake (or two), and what the API server says. The rows go beyond the recorded cases; their words are Kubernetes' own.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { fieldErrorText } from '../../src/apply/field-error'
import { createWarnings, validateUpdate } from '../../src/apply/validate'
import { errors, object } from './decoded'

const POD = '{containers: [{name: c, image: i}]}'
const template = (spec = POD): string => `{metadata: {labels: {app: web}}, spec: ${spec}}`
const APP = 'selector: {matchLabels: {app: web}}'
interface Row {
  readonly name: string
  readonly kind: string
  readonly body: string
  readonly says: readonly string[]
  readonly metadata?: string
}
const NOT_NEGATIVE = 'must be greater than or equal to 0'

const rows: readonly Row[] = [
  {
    name: 'a StatefulSet of an unknown policy',
    kind: 'StatefulSet',
    body: `spec: {podManagementPolicy: Any, ${APP}, template: ${template()}}`,
    says: [`spec.podManagementPolicy: Invalid value: "Any": must be 'OrderedReady' or 'Parallel'`],
  },
  {
    name: 'a StatefulSet that selects nothing of its own',
    kind: 'StatefulSet',
    body: `spec: {selector: {matchLabels: {app: db}}, template: ${template()}}`,
    says: ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
  },
  {
    name: 'a StatefulSet with dots in its name',
    kind: 'StatefulSet',
    metadata: 'name: a.b',
    body: `spec: {${APP}, template: ${template()}}`,
    says: ['metadata.name: Invalid value: "a.b": must not contain dots'],
  },
  {
    name: 'a DaemonSet that may neither surge nor be short of a pod',
    kind: 'DaemonSet',
    body: `spec: {${APP}, template: ${template()}, updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}`,
    says: ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
  },
  {
    name: 'a Job that restarts for ever',
    kind: 'Job',
    body: `spec: {template: {spec: ${POD}}}`,
    says: ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  },
  {
    name: 'a Job with a negative number of pods',
    kind: 'Job',
    body: 'spec: {parallelism: -1, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}',
    says: [`spec.parallelism: Invalid value: -1: ${NOT_NEGATIVE}`],
  },
  {
    name: 'a CronJob with four fields in its schedule',
    kind: 'CronJob',
    body: 'spec: {schedule: "* * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}',
    says: ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
  },
  {
    name: 'a CronJob at minute 61',
    kind: 'CronJob',
    body: 'spec: {schedule: "61 * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}',
    says: ['spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61'],
  },
  {
    name: 'a policy whose range of ports is upside down',
    kind: 'NetworkPolicy',
    body: 'spec: {podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}',
    says: ['spec.ingress[0].ports[0].endPort: Invalid value: 90: must be greater than or equal to `port`'],
  },
  {
    name: 'a policy with an empty peer',
    kind: 'NetworkPolicy',
    body: 'spec: {podSelector: {}, ingress: [{from: [{}]}]}',
    says: ['spec.ingress[0].from[0]: Required value: must specify a peer'],
  },
  {
    name: 'a policy with three types',
    kind: 'NetworkPolicy',
    body: 'spec: {podSelector: {}, policyTypes: [Ingress, Egress, Ingress]}',
    says: ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes'],
  },
  {
    name: 'an Ingress about nothing',
    kind: 'Ingress',
    body: 'spec: {}',
    says: ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  },
  {
    name: 'an Ingress with a path that goes up',
    kind: 'Ingress',
    body: 'spec: {rules: [{http: {paths: [{path: /a/.., pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}',
    says: [`spec.rules[0].http.paths[0].path: Invalid value: "/a/..": cannot end with '/..'`],
  },
  {
    name: 'a class of Ingresses without a domain',
    kind: 'IngressClass',
    body: 'spec: {controller: nginx}',
    says: ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
  },
  {
    name: 'an IPAddress in an odd form',
    kind: 'IPAddress',
    metadata: 'name: "10.96.0.01"',
    body: 'spec: {parentRef: {resource: services, name: web}}',
    says: ['metadata.name: Invalid value: "10.96.0.01": must not have leading 0s'],
  },
  {
    name: 'a ServiceCIDR of nothing',
    kind: 'ServiceCIDR',
    body: 'spec: {cidrs: []}',
    says: ['spec.cidrs: Required value: at least one CIDR required'],
  },
  {
    name: 'a toleration of a value that only has to exist',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], tolerations: [{key: a, operator: Exists, value: b}]}',
    says: [`spec.tolerations[0].operator: Invalid value: "b": value must be empty when \`operator\` is 'Exists'`],
  },
  {
    name: 'affinity without a term',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}}',
    says: [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  },
  {
    name: 'a pod on the network of its node with another hostPort',
    kind: 'Pod',
    body: 'spec: {hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 81}]}]}',
    says: ['spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true'],
  },
  {
    name: 'one name for a container and an init container',
    kind: 'Pod',
    body: 'spec: {initContainers: [{name: c, image: i}], containers: [{name: c, image: i}]}',
    says: ['spec.initContainers[0].name: Duplicate value: "c"'],
  },
  {
    name: 'a probe of an init container',
    kind: 'Pod',
    body: 'spec: {initContainers: [{name: a, image: i, readinessProbe: {tcpSocket: {port: 1}}}], containers: [{name: c, image: i}]}',
    says: ['spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
  },
  {
    name: 'a variable from nowhere',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]}',
    says: ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
  },
  {
    name: 'a volume without its source, and a mount of it',
    kind: 'Pod',
    body: 'spec: {volumes: [{name: v, secret: {}}], containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}]}]}',
    says: ['spec.volumes[0].secret.secretName: Required value', 'spec.containers[0].volumeMounts[0].name: Not found: "v"'],
  },
  {
    name: 'no name server for a pod that brings its own',
    kind: 'Pod',
    body: 'spec: {dnsPolicy: None, containers: [{name: c, image: i}]}',
    says: ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  },
  {
    name: 'the same taint twice',
    kind: 'Node',
    body: 'spec: {taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoSchedule}]}',
    says: [
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ],
  },
  {
    name: 'one key in both halves of a ConfigMap',
    kind: 'ConfigMap',
    body: 'data: {a: x}\nbinaryData: {a: aGk=}',
    says: ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
  },
  {
    name: 'an ExternalName with families',
    kind: 'Service',
    body: 'spec: {type: ExternalName, externalName: a.b, ipFamilies: [IPv4]}',
    says: ['spec.ipFamilies: Forbidden: may not be set for ExternalName services'],
  },
  {
    name: 'two owners that control',
    kind: 'ConfigMap',
    metadata:
      'name: x, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: u, controller: true}, {apiVersion: v1, kind: B, name: b, uid: v, controller: true}]',
    body: 'data: {}',
    says: [
      'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","controller":true,"kind":"A","name":"a","uid":"u"},{"apiVersion":"v1","controller":true,"kind":"B","name":"b","uid":"v"}]: Only one reference can have Controller set to true. Found "true" in references for A/a and B/b',
    ],
  },
  {
    name: 'a finalizer of nobody',
    kind: 'ConfigMap',
    metadata: 'name: x, finalizers: [mine]',
    body: 'data: {}',
    says: ['metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
  },
]

describe('the API server refuses', () => {
  for (const { name, kind, body, metadata, says } of rows) test(name, () => assert.deepEqual(errors(kind, body, metadata), says))
})

describe('what may not change', () => {
  const change = (kind: string, before: string, after: string): readonly string[] =>
    validateUpdate(kind, object(kind, before), object(kind, after)).map(e => fieldErrorText(e, 'v1.35'))

  test('the selector of a Deployment', () =>
    assert.deepEqual(
      change(
        'Deployment',
        `spec: {${APP}, template: ${template()}}`,
        `spec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: ${POD}}}`,
      ),
      ['spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable'],
    ))

  test('most of a StatefulSet', () =>
    assert.deepEqual(
      change(
        'StatefulSet',
        `spec: {serviceName: a, ${APP}, template: ${template()}}`,
        `spec: {serviceName: b, ${APP}, template: ${template()}}`,
      ),
      [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ],
    ))

  test('the containers of a pod, in number', () =>
    assert.deepEqual(change('Pod', `spec: ${POD}`, 'spec: {containers: [{name: c, image: i}, {name: d, image: i}]}'), [
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]))

  test('the network of a ServiceCIDR, and whom an IPAddress belongs to', () => {
    assert.deepEqual(change('ServiceCIDR', 'spec: {cidrs: [10.97.0.0/16]}', 'spec: {cidrs: [10.99.0.0/16]}'), [
      'spec.cidrs[0]: Invalid value: "10.99.0.0/16": field is immutable',
    ])
    assert.deepEqual(
      validateUpdate(
        'IPAddress',
        object('IPAddress', 'spec: {parentRef: {resource: services, name: a}}', 'name: 10.96.0.9'),
        object('IPAddress', 'spec: {parentRef: {resource: services, name: b}}', 'name: 10.96.0.9'),
      ).map(e => fieldErrorText(e, 'v1.35')),
      ['spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"b"}: field is immutable'],
    )
  })

  test('the provider of a Node', () =>
    assert.deepEqual(change('Node', 'spec: {providerID: a}', 'spec: {providerID: b}'), [
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]))

  test('a ConfigMap that says so', () =>
    assert.deepEqual(change('ConfigMap', 'immutable: true\ndata: {a: b}', 'immutable: true\ndata: {a: c}'), [
      'data: Forbidden: field is immutable when `immutable` is set',
    ]))
})

describe('the API server warns', () => {
  const warnings: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'Pod',
      'spec: {nodeSelector: {beta.kubernetes.io/os: linux}, containers: [{name: c, image: i, env: [{name: A, value: a}, {name: A, value: b}]}]}',
      [
        'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
        'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      ],
    ],
    [
      'NetworkPolicy',
      'spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 010.0.0.0/8}}]}]}',
      [
        'spec.egress[0].to[0].ipBlock.cidr: non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
      ],
    ],
    [
      'Service',
      'spec: {ports: [{port: 80}], trafficDistribution: PreferClose}',
      ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
    ],
  ]
  for (const [kind, body, says] of warnings) test(says[0]!, () => assert.deepEqual(createWarnings(kind, object(kind, body), 'v1.35'), says))
})
