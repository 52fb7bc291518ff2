// Mutated manifests, a bounded number from a fixed seed (`npm run fuzz:manifest` goes on from there), and what the fuzzer found before.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { decodeRequest } from '../../src/apply/request'
import { MANIFESTS } from './fuzz/manifests'
import { refusedField } from './fuzz/tables'
import { trial } from './fuzz/trial'

test('2,000 mutated manifests: no crash, and nothing accepted that the field tables refuse', () => {
  const outcomes = Array.from({ length: 2_000 }, (_, i) => trial(7_000_000 + i))
  for (const { failure } of outcomes) if (failure !== undefined) assert.fail(`${failure.why}\n${failure.text}`)
  const accepted = outcomes.filter(o => o.accepted).length
  assert.ok(accepted > 50 && accepted < 1_000, `${accepted} of 2,000 were accepted`)
})

test('the sound manifests are decoded, and the judge finds nothing', () => {
  for (const manifest of MANIFESTS) {
    const [answer] = decodeRequest({ name: 'f.json', text: JSON.stringify(manifest) }, 'v1.35', { verb: 'create' })
    assert.equal(answer?.is, 'object', JSON.stringify(answer))
    const { apiVersion, kind } = manifest as { apiVersion: string; kind: string }
    assert.equal(refusedField(apiVersion, kind, manifest), undefined)
  }
})

describe('the judge refuses by itself', () => {
  const rows: readonly (readonly [object, string])[] = [
    [{ spec: { foo: 1 } }, '.spec.foo'],
    [{ spec: { ports: {} } }, '.spec.ports'],
    [{ spec: { ports: [{ port: '80' }] } }, '.spec.ports.port'],
    [{ metadata: { labels: { a: 1 } } }, '.metadata.labels.a'],
  ]
  for (const [object, path] of rows)
    test(path, () => assert.equal(refusedField('v1', 'Service', { apiVersion: 'v1', kind: 'Service', ...object }), path))
})

describe('found by the fuzzer', () => {
  const texts: Readonly<Record<string, string>> = {
    'a value with an own toString where a number belongs':
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":[{"toString":["x"]}]}]}}',
    'an object of the whole cluster without metadata': '{"apiVersion":"v1","kind":"Namespace"}',
  }
  for (const [name, text] of Object.entries(texts))
    test(name, () => assert.doesNotThrow(() => decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'apply' })))
})
