// Odd words after every subcommand: each is refused with what to write, and none of them looks like a failed check or a bug.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { main } from '../../src/cli'
import { COMMANDS } from '../../src/cli/commands'
import type { Io } from '../../src/cli/io'
import { USAGE } from '../../src/cli/usage'

const FILES: Readonly<Record<string, string>> = {
  'c.yaml':
    'apiVersion: hopspec/v1\nkind: Cluster\nkubernetesVersion: v1.13.0\nbuiltins: none\nnodes: [{name: master, addresses: [192.168.1.200]}]\n',
  'stateful.yaml': 'stateful: yes please\nflows: []\n',
  'flows.yaml': '- {from: node/master, to: "127.0.0.1:80", send: syn}\n',
}

async function hopspec(words: readonly string[], lines: readonly string[] = []) {
  const said = { exit: 0, out: '', err: '' }
  const io: Io = {
    files: { read: path => (FILES[path] === undefined ? undefined : Buffer.from(FILES[path])), list: () => undefined, write: () => {} },
    stdin: () => Buffer.from(''),
    stdinLines: async function* () {
      yield* lines
    },
    stdout: text => void (said.out += text),
    stderr: text => void (said.err += text),
    terminal: false,
    env: {},
  }
  said.exit = await main(words, io)
  return said
}

const refused: readonly { line: string; says: RegExp }[] = [
  { line: 'trase', says: /no subcommand 'trase'\. Did you mean 'trace'\?/ },
  { line: 'dns', says: /takes one name\. usage:/ },
  { line: 'dns web --from pod/default/a --resolv-conf f', says: /--from or --resolv-conf, not both/ },
  { line: 'dns web --fqdn --type B', says: /no such type of records/ },
  { line: 'dns web --resolver nscd', says: /--resolver nscd: there is no such choice/ },
  { line: 'matrix', says: /'matrix' is not there yet/ },
  { line: 'trace', says: /needs --from and --to, or --flows\. usage:/ },
  { line: 'trace --frm x', says: /Unknown option '--frm'\. Did you mean '--from'\?\nusage:/ },
  { line: 'trace --to', says: /'--to <value>' argument missing/ },
  { line: 'trace word', says: /'word' is one word too many/ },
  { line: 'trace --flows f --from a', says: /--flows or --from, not both/ },
  { line: 'trace --dump d', says: /does not read dumps yet/ },
  { line: 'trace --from a --to b -o jsn', says: /Write one of text, json, jsonl/ },
  { line: 'trace -f c.yaml --from node/mastr --to 127.0.0.1:80', says: /no 'node\/mastr'\. Did you mean 'node\/master'\?/ },
  { line: 'trace -f c.yaml --from node/master --to http://:80', says: /'http:\/\/:80' is not a destination/ },
  { line: 'trace -f c.yaml --from node/master --to 127.0.0.1:80 --via mastr', says: /no node 'mastr'/ },
  { line: 'trace -f c.yaml --from node/master --to 127.0.0.1:80 --protocol icmp', says: /Write an address without a port/ },
  { line: 'trace -f c.yaml --flows flows.yaml', says: /flows\.yaml:1:3: .*send: syn/ },
  { line: 'trace -f c.yaml --flows stateful.yaml', says: /not a list of flows\. Write .*stateful: true/ },
  { line: 'rules', says: /needs --node NODE/ },
  { line: 'rules --node a --ony cni', says: /Did you mean '--only'\?/ },
  { line: 'rules -f c.yaml --node mastr', says: /no node 'mastr'\. Did you mean 'master'\?/ },
  { line: 'rules -f c.yaml --node master --family ipv6', says: /only ipv4\. Leave --family out/ },
  { line: 'kubectl --bogus -- get pods', says: /Unknown option '--bogus'/ },
  { line: 'kubectl --seed x -- get pods', says: /--seed x is no seed/ },
  { line: 'kubectl -f c.yaml get pods', says: /without -- between/ },
  { line: 'run --tag @a', says: /Did you mean '--tags'\?/ },
  { line: 'run --watch', says: /does not watch files yet/ },
  { line: 'batch now', says: /one word too many/ },
]

describe('refuses with exit code 2', () => {
  for (const { line, says } of refused)
    test(line, async () => {
      const { exit, out, err } = await hopspec(line.split(' '))
      assert.match(err, says)
      assert.equal(`${exit} ${out}`, '2 ')
    })
})

describe('help about one subcommand', () => {
  for (const name of Object.keys(USAGE).filter(n => !['kubectl', 'apply', 'create', 'help'].includes(n)))
    test(`help ${name} is ${name} --help, and both are its usage`, async () => {
      const asked = await hopspec(['help', name])
      assert.deepEqual(asked, await hopspec([name, '--help']))
      assert.equal(asked.exit, 0)
      assert.ok(asked.out.startsWith(`usage: hopspec ${name}`), asked.out)
    })
  test('every subcommand has its usage, and the other way round', () =>
    assert.deepEqual(Object.keys(USAGE).sort(), [...Object.keys(COMMANDS), 'batch'].sort()))
  test('a subcommand that there is not is refused', async () => {
    const { exit, out, err } = await hopspec(['help', 'trcae'])
    assert.equal(`${exit} ${out}`, '2 ')
    assert.match(err, /no subcommand 'trcae'\. Did you mean 'trace'\?/)
  })
  test('help alone lists the subcommands', async () => {
    for (const argv of [['help'], ['--help'], ['help', '--help'], []]) assert.match((await hopspec(argv)).out, /trace --from … --to …/)
  })
})

test('a batch outlives jobs that are none', async () => {
  const jobs = ['null', '7', '{"argv":["help"],"files":{"a":5}}', '{"argv":["help"],"stdin":5}', 'no json', '{"argv":["version"]}']
  const { exit, out } = await hopspec(['batch'], jobs)
  const exits = out
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { exit: number }).exit) // prettier-ignore
  assert.deepEqual({ exit, exits }, { exit: 0, exits: [2, 2, 2, 2, 2, 0] })
})
