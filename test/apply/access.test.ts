// Roles, bindings and autoscalers: what is wrong with them, their defaults, and how they are shown. Nothing follows from them here, and that is said.
import { describe, expect, test } from 'vitest'
import { fieldErrorText } from '../../src/apply/field-error'
import { decodeRequest } from '../../src/apply/request'
import { readStore } from '../../src/apply/store-input'
import { validateUpdate } from '../../src/apply/validate'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'
import { errors, object } from './decoded'

const GROUP = 'supported values: "rbac.authorization.k8s.io"'
const REF = 'scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}'

describe('what is wrong', () => {
  for (const [kind, body, says] of [
    ['Role', 'rules: [{apiGroups: [""], resources: [pods]}]', ['rules[0].verbs: Required value: verbs must contain at least one value']],
    [
      'Role',
      'rules: [{nonResourceURLs: [/a], verbs: [get]}]',
      ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      'ClusterRole',
      'rules: [{verbs: [get]}]\naggregationRule: {}',
      [
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
    [
      'RoleBinding',
      'roleRef: {kind: role, name: a, apiGroup: x}\nsubjects: [{kind: user, name: j}]',
      [
        `roleRef.apiGroup: Unsupported value: "x": ${GROUP}`,
        'roleRef.kind: Unsupported value: "role": supported values: "Role", "ClusterRole"',
        'subjects[0].kind: Unsupported value: "user": supported values: "ServiceAccount", "User", "Group"',
      ],
    ],
    [
      'ClusterRoleBinding',
      'roleRef: {kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: a}]',
      ['subjects[0].namespace: Required value'],
    ],
    [
      'HorizontalPodAutoscaler',
      `spec: {${REF}, minReplicas: 3, maxReplicas: 2}`,
      ['spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`'],
    ],
    [
      'HorizontalPodAutoscaler',
      'spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: web, apiVersion: v1}}',
      ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
    ],
    [
      'HorizontalPodAutoscaler',
      `spec: {${REF}, maxReplicas: 2, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}`,
      ['spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization'],
    ],
    [
      'HorizontalPodAutoscaler',
      `spec: {${REF}, maxReplicas: 2, behavior: {scaleUp: {policies: []}, scaleDown: {stabilizationWindowSeconds: 4000}}}`,
      [
        'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
        'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 4000: must be less than or equal to 3600',
      ],
    ],
  ] as const)
    test(`${kind}: ${body.replace('\n', ', ')}`, () => expect(errors(kind, body)).toEqual(says))

  test('a binding keeps its role', () =>
    expect(
      validateUpdate(
        'RoleBinding',
        object('RoleBinding', 'roleRef: {kind: Role, name: a}'),
        object('RoleBinding', 'roleRef: {kind: Role, name: b}'),
      ).map(e => fieldErrorText(e, 'v1.35')),
    ).toEqual(['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef']))
})

test('an autoscaler of autoscaling/v1 becomes one of v2', () => {
  const text = `apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {${REF}, maxReplicas: 4, targetCPUUtilizationPercentage: 60}\n`
  const [made] = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' })
  expect(made?.is === 'object' && (made.object as never as { spec: object }).spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 1,
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
  })
})

test('a name that no URL can carry is refused before anything is asked', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a/b}\n'
  const said = (fields?: 'typed'): string | undefined => {
    const [answer] = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'apply', ...(fields ? { fields } : {}) })
    return answer?.is === 'refused' ? answer.text : undefined
  }
  expect(said('typed')).toBe(`error: invalid resource name "a/b": [may not contain '/']`)
  expect(said()).toBe(
    `error: error when retrieving current configuration of:\nResource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\nName: "a/b", Namespace: "default"\nfrom server for: "f.yaml": invalid resource name "a/b": [may not contain '/']`,
  )
})

describe('how they are shown', () => {
  const input = readStore([
    {
      name: 'e.yaml',
      text: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}, {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [update]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: jane}, {kind: ServiceAccount, name: app, namespace: default}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {${REF}, maxReplicas: 4}
`,
    },
  ])
  const state = settle(begin(input, { seed: 1 }))
  const run = (line: string): string => runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => '' }).stdout

  test('that nothing follows from them is said', () =>
    expect(input.warnings.filter(w => w.code === 'NOT_MODELLED').map(w => w.message)).toEqual([
      'Role default/reader is held and shown, but nobody is refused by it.',
      'RoleBinding default/read is held and shown, but nobody is refused by it.',
      'HorizontalPodAutoscaler default/web is held and shown, but nothing is scaled by it.',
    ]))

  test('a Role, resource by resource', () =>
    expect(run('describe role reader')).toBe(
      'Name:         reader\nLabels:       <none>\nAnnotations:  <none>\nPolicyRule:\n  Resources         Non-Resource URLs  Resource Names  Verbs\n  ---------         -----------------  --------------  -----\n  pods/log          []                 []              [get list]\n  pods              []                 []              [get list]\n  deployments.apps  []                 [web]           [update]\n',
    ))

  test('a binding', () => {
    expect(run('get rolebinding -o wide --no-headers')).toMatch(/^read +Role\/reader +\S+ +jane +default\/app\n$/)
    expect(run('describe rolebinding read')).toContain(
      'Role:\n  Kind:  Role\n  Name:  reader\nSubjects:\n  Kind            Name  Namespace\n',
    )
  })

  test('an autoscaler', () => {
    expect(run('get hpa --no-headers')).toMatch(/^web +Deployment\/web +cpu: <unknown>\/80% +1 +4 +0 /)
    expect(run('describe hpa web')).toContain('resource cpu on pods  (as a percentage of request):  <unknown> / 80%\n')
  })
})
