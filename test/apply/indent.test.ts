// A field at the wrong level: the advice names the mapping that has it.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { HopspecError } from '../../src/error'

/** What the advice says about the level. */
function advice(text: string): string | undefined {
  try {
    readStore([{ name: 'f.yaml', text }])
  } catch (error) {
    if (error instanceof HopspecError) return /It may .*$/.exec(error.problems[0]?.fix ?? '')?.[0]
    throw error
  }
  return undefined
}

const deployment = (more: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
${more}`

for (const [mistake, text, says] of [
  ['ports beside the containers', deployment('      ports: [{containerPort: 80}]\n'), "It may belong under 'containers[]'."],
  ['volumes in a container', deployment('        volumes: []\n'), "It may belong under 'spec.template.spec'."],
  ['replicas in the pod', deployment('      replicas: 2\n'), "It may belong under 'spec'."],
  [
    'ports of a Service beside its spec',
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nports: [{port: 80}]\n',
    "It may belong under 'spec'.",
  ],
] as const)
  test(mistake, () => expect(advice(text)).toBe(says))
