// Manifests in doc strings: what is wrong with them is told at their own step, with the line and column of the feature file.
import { strict as assert } from 'node:assert'
import { beforeAll, describe, test } from 'vitest'
import { HopspecError } from '../../src/error'
import { checkInline, indented } from '../../steps/inline'
import { type Ran, runMany } from '../cli/run-many'

describe('a doc string at its columns', () => {
  for (const [name, text, is] of [
    ['every line moves', 'a: 1\nb: 2', '  a: 1\n  b: 2'],
    ['empty lines stay empty', 'a: |\n  x\n\n  y', '  a: |\n    x\n\n    y'],
    [
      'lines between documents stay at the margin',
      'a: 1\n---\nb: 2\n--- # next\nc: 3\n...',
      '  a: 1\n---\n  b: 2\n--- # next\n  c: 3\n...',
    ],
    ['what only begins like one moves', '---a: 1', '  ---a: 1'],
  ] as const)
    test(name, () => assert.equal(indented(text, 2), is))
})

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 99999}]}\n'
const CLUSTER = 'apiVersion: hopspec/v1\nkind: Cluster\nkubernetesVersion: v1.13.0\n'
const check = (...texts: string[]) => checkInline(texts.map(text => ({ name: 'a.feature', text })))

describe('what is told before the cluster begins', () => {
  test('a field that there is not', () => assert.throws(() => check(SERVICE.replace('ports', 'prots')), HopspecError))
  test('a value that is refused, where the Cluster is known', () => assert.throws(() => check(CLUSTER, SERVICE), /99999/))
  test('not such a value, where the version may still come', () => check(SERVICE))
  test('two objects of one name', () => {
    const good = SERVICE.replace('99999', '80')
    assert.throws(() => check(good, good), /second Service default\/a/)
  })
})

const feature = (manifest: string) => `Feature: f

  Scenario: s
    Given the manifests:
      """
${manifest.replace(/^(?=.)/gm, '      ')}
      """
    When an external client curls http://192.168.1.200
    Then the request is refused
`
interface Row {
  readonly name: string
  readonly manifest: string
  readonly says: string
}
const rows: readonly Row[] = [
  {
    name: 'an unknown field',
    manifest: 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  selctor: {app: a}\n  ports: [{port: 80}]',
    says: "features/a.feature:10:9: Service spec has no field 'selctor'. Did you mean 'selector'?",
  },
  {
    name: 'in the second document',
    manifest: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Servce\nmetadata: {name: a}',
    says: 'features/a.feature:11:7: ',
  },
  {
    name: 'in JSON',
    manifest: '{"apiVersion": "v1", "kind": "Namespace",\n  "metadata": {"nme": "shop"}}',
    says: 'features/a.feature:7:22: ',
  },
]

describe('a mistake is told at the step that has it', () => {
  let ran: readonly Ran[] = []
  beforeAll(() => {
    ran = runMany(rows.map(({ manifest }) => ({ files: { 'features/a.feature': feature(manifest) }, args: [] })))
  }, 60_000)
  for (const [i, { name, says }] of rows.entries())
    test(name, () => {
      const { stdout, exit } = ran[i]!
      assert.ok(stdout.includes(`FAILED s\n  features/a.feature:4:5\n  Given the manifests:\n    ${says}`), stdout)
      assert.notEqual(exit, 0)
    })
})
