// What kubectl says in small matters: each row is a few commands on a cluster with a Deployment and a Service, and what the last of them prints.
import { expect, test } from 'vitest'
import { typing } from './sequence'

const WORLD = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}
`
const INGRESSES = '{"status":{"loadBalancer":{"ingress":[{"hostname":"b.example.com"},{"ip":"203.0.113.4"}]}}}'
const rows: readonly { readonly says: string; readonly lines: readonly string[]; readonly prints: string | RegExp }[] = [
  {
    says: 'an object that has no label at all is labeled by taking one off',
    lines: ['label svc web gone-'],
    prints: 'label "gone" not found.\nservice/web labeled\n',
  },
  {
    says: 'an object with others is not',
    lines: ['label svc web a=b', 'label svc web gone-'],
    prints: 'label "gone" not found.\nservice/web not labeled\n',
  },
  {
    says: 'a refused image is told as a patch that failed',
    lines: ['set image deploy/web web='],
    prints:
      'error: failed to patch image update to pod template: Deployment.apps "web" is invalid: spec.template.spec.containers[0].image: Required value\n',
  },
  {
    says: 'a Deployment that is there is told with what failed',
    lines: ['create deployment web --image=nginx'],
    prints: 'error: failed to create deployment: deployments.apps "web" already exists\n',
  },
  { says: 'an image is asked for before a name', lines: ['create deployment'], prints: 'error: required flag(s) "image" not set\n' },
  {
    says: 'what does not come is waited for',
    lines: ['wait --for=create deploy/nosuch --timeout=1s'],
    prints: 'error: timed out waiting for the condition\n',
  },
  {
    says: 'what balances the load is sorted as text',
    lines: [`patch svc web --subresource=status --type=merge -p '${INGRESSES}'`, 'get svc web'],
    prints: /203\.0\.113\.4,b\.example\.com/,
  },
  {
    says: 'a health check goes with the policy that needed it',
    lines: [`patch svc web -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`, 'get svc web -o jsonpath={.spec.healthCheckNodePort}'],
    prints: '',
  },
  { says: 'every namespace has its account', lines: ['create ns shop', 'get sa -n shop'], prints: /^NAME +AGE\ndefault +\S+\n$/ },
  { says: 'and its certificate', lines: ['get cm -o name'], prints: 'configmap/kube-root-ca.crt\n' },
  {
    says: 'what was never stored has no version',
    lines: ['run x --image=nginx --dry-run=server -o jsonpath={.metadata.resourceVersion}', 'run x --image=nginx --dry-run=server -o yaml'],
    prints: /^(?!.*resourceVersion)/s,
  },
  {
    says: 'a short name of two kinds is warned of',
    lines: ['get ev -l no=such'],
    prints: /Warning: short name "ev" could also match lower priority resource events\.events\.k8s\.io\n/,
  },
  {
    says: 'wide Events have their columns in the order of the server',
    lines: ['get events -o wide'],
    prints: /^LAST SEEN +TYPE +REASON +OBJECT +SUBOBJECT +SOURCE +MESSAGE +FIRST SEEN +COUNT +NAME\n/,
  },
  {
    says: 'what has null for a value comes first',
    lines: ['get events --sort-by=.lastTimestamp -o jsonpath={.items[0].reason}'],
    prints: 'Scheduled',
  },
]
for (const { says, lines, prints } of rows)
  test(says, () => {
    const at = typing(WORLD)
    const out = lines.map(line => at.kubectl(line)).at(-1)!
    if (typeof prints === 'string') expect(out).toBe(prints)
    else expect(out).toMatch(prints)
  })
