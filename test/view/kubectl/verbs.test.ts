// kubectl's verbs that change stored objects: each row is a command line and what it prints, on a cluster with a Deployment and its Service.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../../src/cluster/state'
import { settle } from '../../../src/control/settle'
import { atOnce } from '../../../src/view/kubectl/passing'
import type { KubectlFiles } from '../../../src/view/kubectl/reply'
import { watchOutput } from '../../../src/view/kubectl/watch'
import { runKubectl } from '../../../src/view/kubectl/run'

const WORLD = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, clusterIP: 10.96.0.50, ports: [{port: 80}]}
`
const files: KubectlFiles = { read: () => undefined, stdin: () => '' }
const world = settle(begin(readStore([{ name: 'w.yaml', text: WORLD }])))
const kubectl = (state: State, line: string) =>
  runKubectl(
    state,
    [...line.matchAll(/'([^']*)'|(\S+)/g)].map(m => m[1] ?? m[2]!),
    files,
  )

interface Row {
  readonly line: string
  readonly says?: string
  readonly complains?: string
}
const rows: readonly Row[] = [
  { line: `patch svc web -p '{"spec":{"selector":{"app":"x"}}}'`, says: 'service/web patched\n' },
  { line: `patch svc web --type=merge -p '{}'`, says: 'service/web patched (no change)\n' },
  {
    line: `patch svc web --type=merge -p '{"spec":{"clusterIP":"10.96.0.52"}}'`,
    complains: 'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.52"]: may not change once set\n',
  },
  {
    line: `patch svc web --type=strategic -p '{"spec":{"ports":[{"port":90,"targetPort":9090}]}}'`,
    complains: 'The Service "web" is invalid: \n* spec.ports[0].name: Required value\n* spec.ports[1].name: Required value\n',
  },
  {
    line: `patch svc web --type=json -p '[{"op":"replace","path":"/spec/ports/5/port","value":81}]'`,
    complains: 'The request is invalid: the server rejected our request due to an error in our request\n',
  },
  {
    line: `patch svc web --type=merge -p '{"metadata":{"name":"web2"}}'`,
    complains: 'Error from server (BadRequest): the name of the object (web2) does not match the name on the URL (web)\n',
  },
  { line: 'set image deploy/web web=nginx:2', says: 'deployment.apps/web image updated\n' },
  { line: 'set image deploy/web web=nginx:1', says: '' },
  { line: 'set image deploy/web nosuch=nginx:1', complains: 'error: unable to find container named "nosuch"\n' },
  { line: 'label svc web tier=front', says: 'service/web labeled\n' },
  { line: 'label svc web', complains: 'error: at least one label update is required\n' },
  { line: 'annotate svc web a=b c=d', says: 'service/web annotated\n' },
  { line: 'taint node worker a=b:NoSchedule', says: 'node/worker tainted\n' },
  { line: 'taint node worker zz-', complains: 'error: taint "zz" not found\n' },
  {
    line: 'taint node worker a=b:Nope',
    complains: "error: invalid taint effect: Nope, unsupported taint effect\nSee 'kubectl taint -h' for help and examples\n",
  },
  { line: 'cordon worker', says: 'node/worker cordoned\n' },
  { line: 'expose deploy web --port=80 --name=other', says: 'service/other exposed\n' },
  { line: 'expose deploy web --port=80', complains: 'Error from server (AlreadyExists): services "web" already exists\n' },
  { line: 'run x --image=nginx', says: 'pod/x created\n' },
  { line: 'create deployment d --image=nginx', says: 'deployment.apps/d created\n' },
  { line: 'create service clusterip s --tcp=80', says: 'service/s created\n' },
  { line: 'create ns default', complains: 'Error from server (AlreadyExists): namespaces "default" already exists\n' },
  { line: 'wait --for=condition=Available deploy/web', says: 'deployment.apps/web condition met\n' },
  {
    line: 'wait --for=condition=Nope deploy/web --timeout=1s',
    complains: 'error: timed out waiting for the condition on deployments/web\n',
  },
  { line: 'rollout status deploy/web', says: 'deployment "web" successfully rolled out\n' },
  { line: 'rollout undo deploy/web', complains: 'error: no rollout history found for deployment "web"\n' },
  { line: 'rollout history deploy/web', says: 'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n\n' },
  { line: 'rollout pause deploy/web', says: 'deployment.apps/web paused\n' },
  { line: 'rollout restart deploy/web', says: 'deployment.apps/web restarted\n' },
  { line: 'scale deploy web --replicas=0', says: 'deployment.apps/web scaled\n' },
  {
    line: 'delete svc web nosuch',
    says: 'service "web" deleted from default namespace\n',
    complains: 'Error from server (NotFound): services "nosuch" not found\n',
  },
  { line: 'delete pods --all -l a=b', complains: 'error: cannot set --all and --selector at the same time\n' },
  { line: 'delete svc web --now --grace-period=3', complains: 'error: --now and --grace-period cannot be specified together\n' },
  {
    line: 'delete svc web --force --grace-period=3',
    complains: 'error: --force and --grace-period greater than 0 cannot be specified together\n',
  },
  { line: 'delete svc web --grace-period=0', says: 'service "web" deleted from default namespace\n' },
  { line: 'delete pods -l app=nomatch', says: 'No resources found\n' },
  { line: 'label svc web gone-', says: 'label "gone" not found.\nservice/web labeled\n' },
  { line: 'label svc web a=b a-', complains: 'error: can not both modify and remove a label in the same command\n' },
  { line: 'label svc web x=y z', complains: 'error: all resources must be specified before label changes: z\n' },
  { line: 'label deploy web --list', says: '' },
  { line: 'annotate svc --all --selector=a=b x=y', complains: 'error: cannot set --all and --selector at the same time\n' },
  { line: 'rollout restart deploy', says: 'deployment.apps/web restarted\n' },
  { line: 'rollout restart', complains: 'error: required resource not specified\n' },
  { line: 'rollout restart svc/web', complains: 'error: services "web" restarting is not supported\n' },
  { line: 'rollout pause svc/web', complains: 'error: services "web" pausing is not supported\n' },
  {
    line: 'rollout stop deploy/web',
    complains: `error: unknown command "stop deploy/web"\nSee 'kubectl rollout -h' for help and examples\n`,
  },
  { line: 'set image deploy web nginx', complains: 'Error from server (NotFound): deployments.apps "nginx" not found\n' },
  { line: 'run x --image=nginx --port=80 --expose', says: 'service/x created\npod/x created\n' },
  { line: 'run x --image=nginx --expose', complains: 'error: --port must be set when exposing a service\n' },
  { line: 'run x --image=nginx --restart=Maybe', complains: 'error: invalid restart policy: Maybe\n' },
  { line: 'run x --image=UPPER', complains: 'error: Invalid image name "UPPER": invalid reference format\n' },
  { line: 'create cronjob c --image=busybox', complains: 'error: required flag(s) "schedule" not set\n' },
  { line: 'create job j --from=cronjob/no', complains: 'Error from server (NotFound): cronjobs.batch "no" not found\n' },
  {
    line: 'describe',
    complains:
      'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
  },
  {
    line: 'wait --for=condition=Ready=false pods --all --timeout=1s',
    complains: [...world.objects.get('Pod')!.keys()].map(key => `timed out waiting for the condition on pods/${key.slice(8)}\n`).join(''),
  },
  { line: 'taint node worker a- b-', complains: 'taint "a" not found\ntaint "b" not found\n' },
  { line: 'taint node worker a=b:NoSchedule --overwrite', says: 'node/worker modified\n' },
  { line: 'taint pods x a=b:NoSchedule', complains: 'error: invalid resource type pods, only node types are supported\n' },
  {
    line: `patch svc web --type=json -p '{"a":1}'`,
    complains:
      'Error from server (BadRequest): error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch\n',
  },
  { line: 'apply -k .', complains: 'hopspec: kubectl apply -k is not modelled.\n' },
  { line: 'get deploy -v=6 --no-headers -o name', says: 'deployment.apps/web\n' },
  {
    line: 'get deploy/web pods',
    complains:
      "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n",
  },
  { line: 'get deploy/web/x', complains: 'error: arguments in resource/name form may not have more than one slash\n' },
  { line: 'get deploy/', complains: 'error: arguments in resource/name form must have a single resource and name\n' },
  { line: 'get deploy web -A', complains: 'error: a resource cannot be retrieved by name across all namespaces\n' },
  { line: 'get deploy web -l a=b', complains: 'error: name cannot be provided when a selector is specified\n' },
  { line: 'get deploy.nosuch', complains: `error: the server doesn't have a resource type "deploy"\n` },
  {
    line: 'create ns a b',
    complains: `error: exactly one NAME is required, got 2\nSee 'kubectl create namespace -h' for help and examples\n`,
  },
  { line: 'create service clusterip z', complains: 'error: at least one tcp port specifier must be provided\n' },
  { line: 'create service externalname z', complains: 'error: required flag(s) "external-name" not set\n' },
  { line: 'create cm c --from-literal=ab', complains: 'error: invalid literal source ab, expected key=value\n' },
  { line: 'expose deploy web --port=x', complains: 'error: strconv.Atoi: parsing "x": invalid syntax\n' },
  { line: 'expose deploy web --port=80 --selector=a=b --name=sel', says: 'service/sel exposed\n' },
  { line: 'expose node worker --port=80', complains: 'error: cannot expose a Node\n' },
  { line: 'get --help', complains: 'hopspec: kubectl get --help is not modelled.\n' },
  { line: 'get pods --context=nosuch', complains: 'error: context "nosuch" does not exist\n' },
  { line: 'get pods --user=nosuch', complains: 'error: auth info "nosuch" does not exist\n' },
  { line: 'get pods --kubeconfig=/no/such', complains: 'error: stat /no/such: no such file or directory\n' },
  { line: 'get pods --token=bad', complains: 'error: You must be logged in to the server (Unauthorized)\n' },
  {
    line: 'delete ns default',
    complains: 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted\n',
  },
]

describe('what a command says', () => {
  for (const { line, says = '', complains = '' } of rows)
    test(line, () => {
      const { stdout, stderr, exit } = kubectl(world, line)
      assert.deepEqual({ stdout, stderr, exit }, { stdout: says, stderr: complains, exit: complains === '' ? 0 : 1 })
    })
})

test('a refused change of a pod is shown in the spec as the server holds it', () => {
  const [pod] = [...world.objects.get('Pod')!.values()]
  const { stderr } = kubectl(world, `patch pod ${pod!.metadata.name} -p '{"spec":{"restartPolicy":"Never"}}'`)
  const lines = stderr.split('\n').slice(1)
  assert.deepEqual(lines.slice(0, 6), [
    '@@ -141,7 +141,7 @@',
    '   }',
    '  ],',
    '  "EphemeralContainers": null,',
    '- "RestartPolicy": "Always",',
    '+ "RestartPolicy": "Never",',
  ])
})

test('an object that a finalizer kept goes with its last finalizer', () => {
  const held = kubectl(world, `patch svc web -p '{"metadata":{"finalizers":["example.com/f"]}}'`).state
  const going = kubectl(held, 'delete svc web --wait=false').state
  assert.equal(kubectl(going, 'get svc web -o name').stdout, 'service/web\n')
  const gone = kubectl(going, `patch svc web --type=merge -p '{"metadata":{"finalizers":null}}'`)
  assert.equal(gone.stdout, 'service/web patched\n')
  assert.equal(kubectl(gone.state, 'get svc web').stderr, 'Error from server (NotFound): services "web" not found\n')
})

test('a description without its events, and one by the beginning of a name', () => {
  assert.match(kubectl(world, 'describe deploy we').stdout, /^Name: +web\n(?:.*\n)*Events:/m)
  assert.doesNotMatch(kubectl(world, 'describe deploy web --show-events=false').stdout, /^Events:/m)
})

test("a Job's pods carry its uid and name, and it selects them by the uid", () => {
  const { state } = kubectl(world, 'create job once --image=busybox')
  const labels = kubectl(state, `get pods -l job-name=once -o jsonpath={.items[0].metadata.labels}`).stdout
  const selector = kubectl(state, `get job once -o jsonpath={.spec.selector.matchLabels}`).stdout
  const uid = kubectl(state, `get job once -o jsonpath={.metadata.uid}`).stdout
  assert.deepEqual(JSON.parse(selector), { 'batch.kubernetes.io/controller-uid': uid })
  assert.equal(JSON.parse(labels)['controller-uid'], uid)
})

test('a watch that nobody limits ends when the cluster has come to rest', () => {
  const begun = runKubectl(world, ['scale', 'deploy', 'web', '--replicas=3'], files, atOnce).state
  const { stdout } = runKubectl(begun, ['get', 'pods', '-w', '--no-headers'], files, atOnce)
  const fresh = stdout
    .split('\n')
    .filter(line => line !== '' && ![...world.objects.get('Pod')!.values()].some(p => line.startsWith(p.metadata.name)))
  assert.deepEqual(
    fresh.map(line => line.split(/\s+/)[2]),
    ['Pending', 'Pending', 'ContainerCreating', 'Running'],
  )
})

describe('what is shown', () => {
  const shown: readonly (readonly [string, RegExp])[] = [
    ['get svc web -o jsonpath={.spec.clusterIP}:{.spec.ports[0].port}', /^10\.96\.0\.50:80$/],
    ['get deploy web -o go-template={{.spec.replicas}}', /^2$/],
    ['get svc -o custom-columns=NAME:.metadata.name,X:.spec.nosuch', /^NAME +X\nkubernetes +<none>\nweb +<none>\n$/],
    ['get pods --field-selector=spec.nodeName=x', /^$/],
    ['get pods --sort-by=.metadata.name --no-headers', /^web-.*\nweb-.*\n$/],
    ['get deploy -w', /^NAME +READY .*\nweb +2\/2 /],
    ['describe deploy web', /^Name: +web\n/],
    ['events', /Deployment\/web/],
    ['api-resources --namespaced=false', /^NAME +SHORTNAMES[\s\S]*\nnodes +no +v1 +false +Node\n/],
    ['version', /^Client Version: v1\.35\.4\nKustomize Version: .*\nServer Version: v1\.35\.4\n$/],
  ]
  for (const [line, pattern] of shown) test(line, () => assert.match(kubectl(world, line).stdout, pattern))

  test('a field that nothing can be chosen by', () =>
    assert.equal(
      kubectl(world, 'get pods --field-selector=bad=x').stderr,
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "bad=x": field label not supported: bad\n',
    ))

  test('a watch prints a row for every write, in columns that stay', () => {
    const after = kubectl(world, 'scale deploy web --replicas=3').state
    const lines = watchOutput(world, after, ['get', 'deploy', '--watch']).trimEnd().split('\n')
    assert.match(lines[0]!, /^NAME +READY/)
    assert.match(lines.at(-1)!, /^web +3\/3 +3 +3 /)
    assert.ok(lines.length > 3)
    for (const line of lines) assert.equal(line.indexOf('/') < 0 ? -1 : line.slice(0, 7).trim(), line.includes('READY') ? -1 : 'web')
  })
})

describe('a Job that is changed', () => {
  const job =
    'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}\n'
  const stdin = (text: string): KubectlFiles => ({ read: () => undefined, stdin: () => text })
  const made = runKubectl(world, ['create', '-f', '-'], stdin(job)).state
  const uid = objectOf(made, 'Job', 'default/migrate')!.metadata.uid
  const labels = `{"batch.kubernetes.io/controller-uid":"${uid}","batch.kubernetes.io/job-name":"migrate","controller-uid":"${uid}","job-name":"migrate"}`
  const merge = (patch: string) => kubectl(made, `patch job migrate --type=merge -p '${patch}'`)

  test('keeps the selector that was made for it', () => {
    assert.equal(kubectl(made, 'label job migrate a=b').stdout, 'job.batch/migrate labeled\n')
    assert.equal(kubectl(made, 'annotate job migrate a=b').stdout, 'job.batch/migrate annotated\n')
    const applied = runKubectl(made, ['apply', '-f', '-'], stdin(job.replace('spec: {', 'spec: {parallelism: 2, ')))
    assert.equal(applied.stdout, 'job.batch/migrate configured\n')
  })

  test('may not change how many pods it needs', () =>
    assert.equal(
      merge('{"spec":{"completions":3}}').stderr,
      'The Job "migrate" is invalid: spec.completions: Invalid value: 3: field is immutable\n',
    ))

  test('may not select by anything else', () => {
    const selector = `{"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"${uid}"}}`
    assert.equal(
      merge('{"spec":{"selector":{"matchLabels":{"a":"b"}}}}').stderr,
      `The Job "migrate" is invalid: \n* spec.selector: Invalid value: ${selector}: \`selector\` not auto-generated\n* spec.template.metadata.labels: Invalid value: ${labels}: \`selector\` does not match template \`labels\`\n* spec.selector: Invalid value: ${selector}: field is immutable\n`,
    )
  })

  test('may neither lose the selector nor the labels that it selects by', () => {
    assert.match(
      merge('{"spec":{"selector":null}}').stderr,
      /: \n\* spec\.selector: Required value\n\* spec\.template\.metadata\.labels: Invalid/,
    )
    const { stderr } = merge('{"spec":{"template":{"metadata":{"labels":{"job-name":"x"}}}}}')
    const changed = labels.replace('"job-name":"migrate"}', '"job-name":"x"}')
    assert.ok(stderr.includes(`* spec.template.metadata.labels[job-name]: Invalid value: ${changed}: must be 'migrate'\n`), stderr)
  })
})

describe('a node is drained', () => {
  const pod = (name: string, more = ''): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {nodeName: w1, containers: [{name: c, image: i}]${more}}\n`
  const text = [
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
    'apiVersion: v1\nkind: Node\nmetadata: {name: w1}\n',
    'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: ds, namespace: shop}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n',
    pod('client'),
    pod('alone2'),
    pod('local', ', volumes: [{name: v, emptyDir: {}}]'),
  ].join('---\n')
  const shop = settle(begin(readStore([{ name: 'shop.yaml', text }])))
  const daemon = objectsOf(shop, 'Pod').find(p => p.metadata.name.startsWith('ds-'))!.metadata.name
  const alone = 'cannot delete cannot delete Pods that declare no controller (use --force to override): shop/alone2, shop/client'
  const daemons = `cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): shop/${daemon}`
  const local = 'cannot delete Pods with local storage (use --delete-emptydir-data to override): shop/local'
  const unable = (problems: readonly string[]): string =>
    `error: unable to drain node "w1" due to error: ${problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]}, continuing command...\nThere are pending nodes to be drained:\n w1\n${problems.map(p => `${p}\n`).join('')}`

  for (const [line, problems] of [
    ['drain w1', [alone, daemons, local]],
    ['drain w1 --force', [daemons, local]],
    ['drain w1 --force --ignore-daemonsets', [local]],
  ] as const)
    test(`not by ${line}, which says why`, () => {
      const { stderr, exit } = kubectl(shop, line)
      assert.deepEqual([stderr, exit], [unable(problems), 1])
    })

  test('by force, which says of which pods it is the end', () => {
    const drained = kubectl(shop, 'drain w1 --force --ignore-daemonsets --delete-emptydir-data')
    assert.equal(
      drained.stderr,
      `Warning: deleting Pods that declare no controller: shop/alone2, shop/client, shop/local; ignoring DaemonSet-managed Pods: shop/${daemon}\n`,
    )
    assert.deepEqual(
      objectsOf(drained.state, 'Pod').map(p => p.metadata.name),
      [daemon],
    )
  })
})

describe('what a command does', () => {
  test('an image that is set is rolled out, and undone again', () => {
    const set = kubectl(world, 'set image deploy/web web=nginx:2').state
    const undone = kubectl(set, 'rollout undo deploy/web')
    assert.equal(undone.stdout, 'deployment.apps/web rolled back\n')
    assert.equal(objectOf(undone.state, 'Deployment', 'default/web')?.spec.template.spec.containers[0]?.image, 'nginx:1')
    assert.match(kubectl(undone.state, 'rollout history deploy/web').stdout, /^2 .*\n3 /m)
  })

  test('a drained node has no pods, and takes none until it is uncordoned', () => {
    const drained = kubectl(world, 'drain worker')
    assert.equal(drained.exit, 0, drained.stderr)
    assert.doesNotMatch(kubectl(drained.state, 'get pods -o wide').stdout, / worker /)
    assert.match(kubectl(drained.state, 'get node worker').stdout, /Ready,SchedulingDisabled/)
  })

  test('an object that is let go of lives on', () => {
    const { state } = kubectl(world, 'delete deploy web --cascade=orphan')
    assert.match(kubectl(state, 'get rs').stdout, /^web-/m)
    assert.equal(kubectl(state, 'get deploy').stderr, 'No resources found in default namespace.\n')
  })

  test('a dry run changes nothing', () => {
    for (const line of ['delete svc web', 'scale deploy web --replicas=5', 'label svc web a=b', 'cordon worker', 'create ns x'])
      assert.equal(kubectl(world, `${line} --dry-run=server`).state, world, line)
  })
})
