// `kubectl create secret` and `create configmap` from literals and files, and how Secrets are shown: without their values.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import { settle } from '../../../src/control/settle'
import { runKubectl } from '../../../src/view/kubectl/run'

const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'one',
  'vars.env': 'A=1\n# a word\n\n  B=2=3\n',
  'odd.env': 'B = 2\n',
  'dir/x': 'ex',
  'dir/y': 'why',
}
const files = {
  read: (path: string) => (path in FILES ? new TextEncoder().encode(FILES[path]) : undefined),
  list: (path: string) => (path === 'dir' ? ['y', 'x'] : undefined),
  stdin: () => '',
}
const empty = settle(begin(readStore([]), { seed: 1 }))
const run = (line: string, state = empty) => runKubectl(state, line.split(' '), files)
const dataOf = (line: string): unknown => (JSON.parse(run(`${line} -o json`).stdout) as { data?: unknown }).data

describe('create secret', () => {
  for (const [line, data] of [
    ['generic s --from-literal=a=b=c --from-literal=e=', { a: 'Yj1j', e: '' }],
    ['generic s --from-file=a.txt --from-file=k=a.txt', { 'a.txt': 'b25l', k: 'b25l' }],
    ['generic s --from-file=dir', { x: 'ZXg=', y: 'd2h5' }],
    ['generic s --from-env-file=vars.env', { A: 'MQ==', B: 'Mj0z' }],
    [
      'docker-registry s --docker-username=u --docker-password=p',
      {
        '.dockerconfigjson':
          'eyJhdXRocyI6eyJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsidXNlcm5hbWUiOiJ1IiwicGFzc3dvcmQiOiJwIiwiYXV0aCI6ImRUcHcifX19',
      },
    ],
  ] as const)
    test(line, () => expect(dataOf(`create secret ${line}`)).toEqual(data))

  for (const [line, says] of [
    ['generic', "error: exactly one NAME is required, got 0\nSee 'kubectl create secret generic -h' for help and examples\n"],
    ['foo x', 'error: unknown command "foo x"\nSee \'kubectl create secret -h\' for help and examples\n'],
    ['generic s --from-literal=b', 'error: invalid literal source b, expected key=value\n'],
    ['generic s --from-file=nope', 'error: error reading nope: no such file or directory\n'],
    ['generic s --from-file=k=dir', 'error: cannot give a key name for a directory path\n'],
    ['generic s --from-env-file=vars.env --from-literal=a=b', 'error: from-env-file cannot be combined with from-file or from-literal\n'],
    [
      'generic s --from-env-file=odd.env',
      `error: "B " is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')\n`,
    ],
    ['generic s --from-literal=a=c --from-literal=a=d', 'error: cannot add key a, another key by that name already exists\n'],
    ['tls t', 'error: key and cert must be specified\n'],
    ['tls t --cert=a.txt --key=a.txt', 'error: tls: failed to find any PEM data in certificate input\n'],
    ['tls t --cert=nope --key=a.txt', 'error: Cannot read file nope, open nope: no such file or directory\n'],
    [
      'docker-registry d',
      'error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is required\n',
    ],
    [
      'generic s --type=kubernetes.io/tls',
      'error: failed to create secret Secret "s" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]\n',
    ],
  ] as const)
    test(`${line} is refused`, () => expect(run(`create secret ${line}`)).toMatchObject({ exit: 1, stdout: '', stderr: says }))
})

test('get and describe tell how much is in a Secret, not what', () => {
  const { state } = run('create secret generic s --from-literal=user=root --from-literal=password=hunter2')
  expect(run('get secret s --no-headers', state).stdout).toMatch(/^s +Opaque +2 /)
  expect(run('describe secret s', state).stdout).toBe(
    'Name:         s\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nType:  Opaque\n\nData\n====\npassword:  7 bytes\nuser:      4 bytes\n',
  )
})

test('create configmap keeps bytes that are no text apart', () => {
  const odd = { ...files, read: (path: string) => (path === 'bin' ? new Uint8Array([0xff, 0]) : files.read(path)) }
  const { stdout } = runKubectl(empty, 'create configmap c --from-file=a.txt --from-file=bin -o json'.split(' '), odd)
  expect(JSON.parse(stdout)).toMatchObject({ data: { 'a.txt': 'one' }, binaryData: { bin: '/wA=' } })
})
