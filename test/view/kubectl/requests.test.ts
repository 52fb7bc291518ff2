// What the API server refuses before it looks at an object, and what a dry run does not: manifests from standard input, held against v1.35.4.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import { runKubectl } from '../../../src/view/kubectl/run'

const world = begin(readStore([{ name: 'w.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}\n' }]))
const pod = (spec: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {${spec}, containers: [{name: c, image: i}]}\n`
const service = (spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {${spec}}\n`

const rows: readonly (readonly [string, string, string, string])[] = [
  ['nothing at all', 'create -f -', '', 'error: no objects passed to create\n'],
  [
    'a namespace that cannot be is one that is not there',
    'create -f -',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: No_pe}\n',
    'Error from server (NotFound): error when creating "STDIN": namespaces "No_pe" not found\n',
  ],
  [
    'a class of pods that nobody made',
    'create -f -',
    pod('priorityClassName: nope'),
    'Error from server (Forbidden): error when creating "STDIN": pods "web" is forbidden: no PriorityClass with name nope was found\n',
  ],
  [
    'a priority of its own',
    'create -f -',
    pod('priority: 100'),
    'Error from server (Forbidden): error when creating "STDIN": pods "web" is forbidden: the integer value of priority (100) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name\n',
  ],
  [
    'an address outside of the range, also in a dry run',
    'create --dry-run=server -f -',
    service('clusterIP: 192.168.0.1, ports: [{port: 80}]'),
    'The Service "web" is invalid: spec.clusterIPs: Invalid value: ["192.168.0.1"]: failed to allocate IP 192.168.0.1: the provided IP (192.168.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12\n',
  ],
  [
    'several refusals, each in the form that has its source',
    'create -f -',
    `${service('')}---\n${service('type: X, ports: [{port: 0}]')}`,
    'Error from server (Invalid): error when creating "STDIN": Service "web" is invalid: spec.ports: Required value\n' +
      'Error from server (Invalid): error when creating "STDIN": Service "web" is invalid: [spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive, spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]\n',
  ],
  [
    'what apply cannot read, before what the server refuses',
    'apply -f -',
    `${service('')}---\napiVersion: apps/v1\nkind: Servic\nmetadata: {name: s}\n`,
    'resource mapping not found for name: "s" namespace: "" from "STDIN": no matches for kind "Servic" in version "apps/v1"\nensure CRDs are installed first\n' +
      'Error from server (Invalid): error when creating "STDIN": Service "web" is invalid: spec.ports: Required value\n',
  ],
]

describe('the API server refuses', () => {
  for (const [name, line, text, says] of rows)
    test(name, () => {
      const reply = runKubectl(world, line.split(' '), { read: () => undefined, stdin: () => text })
      assert.deepEqual([reply.stderr, reply.exit], [says, 1])
    })
})

test('a dry run does not mind a port outside of the range, since it takes none', () => {
  const text = service('type: NodePort, ports: [{port: 80, nodePort: 80}]')
  const reply = runKubectl(world, ['create', '--dry-run=server', '-f', '-'], { read: () => undefined, stdin: () => text })
  assert.deepEqual([reply.stdout, reply.stderr], ['service/web created (server dry run)\n', ''])
})

test('the namespace of an object that has none is forgotten', () => {
  const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: dev, namespace: prod}\n'
  const reply = runKubectl(world, ['create', '-f', '-'], { read: () => undefined, stdin: () => text })
  assert.equal(reply.stdout, 'namespace/dev created\n')
})

describe('an apply with a field that the API server does not know', () => {
  const stdin = (text: string) => ({ read: () => undefined, stdin: () => text })
  const configMap = (more: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n${more}`
  const deployment = (more: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: i, image: i${more}}]}}}\n`
  const saidOf = (state: typeof world, line: string, text: string): string =>
    runKubectl(state, line.split(' '), stdin(text)).stderr.replace(/^hopspec: .*\n/gm, '')

  test('is a patch that makes no object, where the object exists', () => {
    const made = runKubectl(world, ['apply', '-f', '-'], stdin(configMap(''))).state
    assert.equal(
      saidOf(made, 'apply -f -', configMap('dta: {x: z}\n')),
      String.raw`The request is invalid: patch: Invalid value: "map[dta:map[x:z] metadata:map[annotations:map[kubectl.kubernetes.io/last-applied-configuration:{\"apiVersion\":\"v1\",\"data\":{\"a\":\"b\"},\"dta\":{\"x\":\"z\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"c\",\"namespace\":\"default\"}}\n]]]": strict decoding error: unknown field "dta"` +
        '\n',
    )
  })

  test('shows no list that the server has merged, and warns of what was never applied', () => {
    const made = runKubectl(world, ['create', '-f', '-'], stdin(deployment(''))).state
    assert.equal(
      saidOf(made, 'apply -f -', deployment(', imgae: x')),
      `Warning: resource deployments/web is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.` +
        '\n' +
        String.raw`The request is invalid: patch: Invalid value: "map[metadata:map[annotations:map[kubectl.kubernetes.io/last-applied-configuration:{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"},\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"image\":\"i\",\"imgae\":\"x\",\"name\":\"i\"}]}}}}\n]] spec:map[template:map[spec:map[]]]]": strict decoding error: unknown field "spec.template.spec.containers[0].imgae"` +
        '\n',
    )
  })

  test('is a manifest that makes no object, where there is none', () =>
    assert.equal(
      saidOf(world, 'apply -f -', configMap('dta: {x: z}\n')),
      'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"\n',
    ))
})

describe('an apply with a value of a wrong type, where the object exists, says', () => {
  const made = runKubectl(world, ['apply', '-f', '-'], {
    read: () => undefined,
    stdin: () => service('ports: [{port: 80}], selector: {a: b}'),
  })
  for (const [spec, words] of [
    ['ports: [{port: x}], selector: {a: b}', 'spec:map[]]": unrecognized type: int32'],
    ['ports: [{port: 80.5}], selector: {a: b}', 'spec:map[]]": cannot convert float64 to int32'],
    ['ports: [{port: 80}], selector: {a: 5}', 'spec:map[selector:map[a:5]]]": cannot convert int64 to string'],
    ['ports: [{port: 80}], selector: {a: true}', 'spec:map[selector:map[a:true]]]": unrecognized type: string'],
    ['ports: [{port: 80}], selector: yes1', 'spec:map[selector:yes1]]": cannot restore map from string'],
    ['ports: 3, selector: {a: b}', 'spec:map[ports:3]]": cannot restore slice from int64'],
    ['ports: [{port: 80}], publishNotReadyAddresses: 1', 'unrecognized type: bool'],
    ['ports: [{port: 80}], sessionAffinityConfig: x', 'cannot restore struct from: string'],
  ] as const)
    test(`${words} of {${spec}}`, () => {
      const { stderr } = runKubectl(made.state, ['apply', '-f', '-'], { read: () => undefined, stdin: () => service(spec) })
      assert.ok(stderr.startsWith('The request is invalid: patch: Invalid value: "map[') && stderr.includes(`${words}\n`), stderr)
    })
})
