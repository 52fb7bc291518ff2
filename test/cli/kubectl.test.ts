// `hopspec kubectl`: hopspec's own words before --, kubectl's after it; kubectl's exit codes.
import { expect, test } from 'vitest'
import type { Io } from '../../src/cli/io'
import { apply, kubectl } from '../../src/cli/kubectl'

function run(command: typeof kubectl, args: readonly string[], files: Readonly<Record<string, string>>, stdin = '') {
  const out = { stdout: '', stderr: '' }
  const io: Io = {
    files: { read: path => (files[path] === undefined ? undefined : Buffer.from(files[path])), list: () => undefined, write: () => {} },
    stdin: () => Buffer.from(stdin),
    stdinLines: async function* () {},
    stdout: text => {
      out.stdout += text
    },
    stderr: text => {
      out.stderr += text
    },
    terminal: false,
    env: {},
  }
  return { exit: command(args, io), ...out }
}

const CLUSTER = `apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.13.0
nodes: [{name: master, role: control-plane, addresses: [192.168.1.200]}, {name: node01, addresses: [192.168.1.201]}]
`
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: nginx}]}\n'

test('files before -- are the cluster, the rest is kubectl', () => {
  const { stdout, exit } = run(kubectl, ['-f', 'c.yaml', '-f', 'p.yaml', '--', 'get', 'pod', '-o', 'name'], {
    'c.yaml': CLUSTER,
    'p.yaml': POD,
  })
  expect({ stdout, exit }).toEqual({ stdout: 'pod/a\n', exit: 0 })
})

test('apply is short for kubectl -- apply, over the default cluster', () => {
  expect(run(apply, ['-f', '-'], {}, POD)).toMatchObject({ stdout: 'pod/a created\n', exit: 0 })
})

test('a refusal has exit code 1 and our own lines begin with hopspec:', () => {
  const { stderr, exit } = run(apply, ['-f', 'p.yaml'], { 'p.yaml': POD.replace('image', 'imagee') })
  expect(exit).toBe(1)
  expect(stderr).toContain('strict decoding error: unknown field "spec.containers[0].imagee"')
  expect(stderr).toMatch(/^hopspec: p\.yaml:4:\d+: /m)
})
