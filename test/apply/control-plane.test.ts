// What a real kubectl and API server said, word for word (../shared/oracles/control-plane), against decoding, defaulting and validation here.
// What belongs to admission or allocation is left out by name below.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { parse } from 'yaml'
import type { Loose } from '../../src/apply/loose'
import type { ProfileName } from '../../src/apply/profile'
import { decodeRequest } from '../../src/apply/request'
import { familyErrors } from '../../src/apply/service-families'
import { createWarnings, invalidText, validateCreate } from '../../src/apply/validate'

const DIR = '../shared/oracles/control-plane'
const present = existsSync(`${DIR}/validation.jsonl`)
/** Each suite without its recordings says so. */
function skippedWithoutRecordings(): void {
  if (!present) test.skip(`the recorded cases (skipped: ${DIR} is absent)`)
}
const rows = (name: string): Loose[] =>
  present
    ? readFileSync(`${DIR}/${name}`, 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    : []

/** Everything that stands on stderr before the store is asked. */
function stderrOf(text: string | Uint8Array, profile: ProfileName): string {
  const lines: string[] = []
  for (const answer of decodeRequest({ name: 'f.yaml', text }, profile, { verb: 'create' })) {
    lines.push(...answer.warnings.map(w => `Warning: ${w}`))
    if (answer.is === 'refused') lines.push(answer.text)
    else {
      const unfit = answer.kind === 'Service' ? familyErrors((answer.object as Loose).spec ?? {}, 'ipv4', profile) : []
      const errors = unfit.length > 0 ? unfit : validateCreate(answer.kind, answer.object)
      if (errors.length > 0) lines.push(invalidText(answer.kind, answer.object.metadata?.name ?? '', errors, profile))
      else lines.push(...createWarnings(answer.kind, answer.object, profile).map(w => `Warning: ${w}`))
    }
  }
  return lines.join('\n')
}

/** Cases that something else decides, or that are not right yet. */
const ELSEWHERE: Record<string, RegExp> = {
  'allocation of addresses and ports': /^(svc-no-metadata|svc-nodeport-high|svc-clusterip-network-address)$/,
}
const elsewhere = (name: string): string | undefined => Object.keys(ELSEWHERE).find(why => ELSEWHERE[why]!.test(name))

describe('kubectl create of v1.35 says the same', () => {
  skippedWithoutRecordings()
  for (const row of rows('validation.jsonl')) {
    const run = row.runs.find((r: Loose) => r.argv.slice(1).join(' ') === 'create -f f.yaml')
    if (elsewhere(row.case)) continue
    test(row.case, () => assert.equal(stderrOf(row.input ?? Buffer.from(row.input_base64, 'base64'), 'v1.35'), run.stderr.trim()))
  }
})

/** What allocation, admission and the first write add; not defaulting's business. */
function withoutTheRest(kind: string, object: Loose): unknown {
  const { status: _s, metadata: _m, ...rest } = structuredClone(object)
  const spec = rest.spec ?? {}
  if (kind === 'Service') for (const f of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort']) delete spec[f]
  if (kind === 'Service') for (const port of spec.ports ?? []) delete port.nodePort
  if (kind === 'Pod')
    for (const f of ['tolerations', 'priority', 'preemptionPolicy', 'serviceAccount', 'serviceAccountName']) delete spec[f]
  if (kind === 'Pod') spec.volumes = (spec.volumes ?? []).filter((v: Loose) => !/^kube-api-access/.test(v.name))
  if (kind === 'Pod') for (const c of [...spec.containers, ...(spec.initContainers ?? [])]) delete c.volumeMounts
  if (kind === 'Node') delete spec.taints
  return { ...rest, spec: spec.volumes?.length === 0 ? { ...spec, volumes: undefined } : spec }
}
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('defaulting fills in what the API server stores', () => {
  skippedWithoutRecordings()
  for (const row of rows('defaulting.jsonl')) {
    const stored = parse(row.stored)
    test(row.case, () => {
      const [answer] = decodeRequest({ name: 'f.yaml', text: row.input }, 'v1.35', { verb: 'create' })
      assert.equal(answer?.is, 'object')
      assert.deepEqual(plain(withoutTheRest(stored.kind, (answer as Loose).object)), plain(withoutTheRest(stored.kind, stored)))
    })
  }
})

describe('an old kubectl validates by itself', () => {
  const manifest = (ports: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n${ports}`
  const END = '; if you choose to ignore these errors, turn validation off with --validate=false'
  const says: Record<string, [string, string]> = {
    'an unknown field': [
      manifest('  - {port: 80, nodeport: 1}\n'),
      `error: error validating "f.yaml": error validating data: ValidationError(Service.spec.ports[0]): unknown field "nodeport" in io.k8s.api.core.v1.ServicePort${END}`,
    ],
    'a map for a list': [
      manifest('    port: 80\n'),
      `error: error validating "f.yaml": error validating data: ValidationError(Service.spec.ports): invalid type for io.k8s.api.core.v1.ServiceSpec.ports: got "map", expected "array"${END}`,
    ],
    'a missing field': [
      manifest('  - {name: a}\n'),
      `error: error validating "f.yaml": error validating data: ValidationError(Service.spec.ports[0]): missing required field "port" in io.k8s.api.core.v1.ServicePort${END}`,
    ],
    'a version that is not served': [
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\n',
      'error: unable to recognize "f.yaml": no matches for kind "EndpointSlice" in version "discovery.k8s.io/v1"',
    ],
  }
  for (const [name, [text, stderr]] of Object.entries(says)) test(name, () => assert.equal(stderrOf(text, 'v1.13'), stderr))

  test('extensions/v1beta1 is served, with the defaults of its time', () => {
    const text =
      'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: w}\nspec: {template: {metadata: {labels: {run: w}}, spec: {containers: [{name: w, image: w}]}}}\n'
    const [answer] = decodeRequest({ name: 'f.yaml', text }, 'v1.13', { verb: 'create' })
    assert.equal(answer?.is, 'object')
    const { spec } = (answer as Loose).object
    assert.deepEqual(
      [spec.selector, spec.strategy.rollingUpdate, spec.replicas],
      [{ matchLabels: { run: 'w' } }, { maxUnavailable: 1, maxSurge: 1 }, 1],
    )
  })
})

describe('an old kubectl, as recorded (v0.21.14), for kinds that v1.13 serves', () => {
  skippedWithoutRecordings()
  const inputs = new Map(rows('validation.jsonl').map(row => [row.case, row.input]))
  for (const row of rows('validation-old-kubectl.jsonl')) {
    const [run] = Object.values<Loose>(row.runs)
    if (!run!.stderr.startsWith('error: error validating') || /EndpointSlice|Ingress/.test(run!.stderr)) continue
    test(row.case, () => assert.equal(stderrOf(inputs.get(row.case), 'v1.13'), run!.stderr.trim()))
  }
})

test('manifests before a broken one are answered, those behind it are not read', () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\na: [\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n'
  assert.deepEqual(
    decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' }).map(a => a.is),
    ['object', 'refused'],
  )
})
