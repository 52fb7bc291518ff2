// Nothing that hopspec runs for the real dataplane may touch the machine's own network.
import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test, vi } from 'vitest'
import { networkOf } from '../../src/node/network'
import { build } from '../../src/real/build'
import { refusal, type Rights, run } from '../../src/real/guard'
import { unavailable } from '../../src/real/rights'
import { articleState } from '../trace/article'

const refused = [
  ['the own routes', 'ip route add 10.0.0.0/8 via 192.0.2.1'],
  ['the own devices', 'ip link del eth0'],
  ['the own rules', 'iptables-restore'],
  ['the own rules in nft', 'nft flush ruleset'],
  ['the own settings', 'sysctl -w net.ipv4.ip_forward=1'],
  ["somebody else's namespace", 'ip netns del cni-1234'],
  ["somebody else's namespace by -n", 'ip -n cni-1234 link'],
  ['a name that only begins like ours', 'ip netns del hopspec-../../x'],
  ['all namespaces', 'ip -all netns del'],
  ['a program that could leave our namespace', 'ip netns exec hopspec-a-1 nsenter -t 1 -n ip link'],
  ['a namespace of ours from which ip goes elsewhere', 'ip -n hopspec-a-1 netns del other'],
  ['a batch from inside a namespace of ours', 'ip -n hopspec-a-1 -batch /tmp/x'],
  ['a device of ours that moves into the own namespace', 'ip -n hopspec-a-1 link set eth0 netns 1'],
  ['what the helper does, from outside', 'ip -n hopspec-a-1 link'],
  ['the long word for -n', 'ip -netns cni-1234 link del eth0'],
  ['a file of lines', 'ip -batch /tmp/x'],
  ['two namespaces at once', 'ip netns del hopspec-a-1 other'],
] as const

describe('the guard refuses', () => {
  for (const [what, command] of refused) test(what, () => assert.notEqual(refusal(command.split(' ')), undefined))

  test('a batch of which one line is not netns add or del of ours', () => {
    assert.equal(refusal(['ip', '-batch', '-'], 'netns add hopspec-a-1\nnetns del hopspec-a-1\n'), undefined)
    assert.match(refusal(['ip', '-batch', '-'], 'netns add hopspec-a-1\nlink set lo down\n') ?? '', /link set lo down/)
  })

  test('before it runs anything', () => {
    const rights: Rights = { how: 'root', before: ['/bin/false'], end: () => undefined }
    assert.throws(() => run(rights, ['ip', 'link']), /refused to run 'ip link'/)
  })
})

test('the guard allows what the real dataplane needs', () => {
  for (const command of ['ip netns add hopspec-a-1', 'ip netns del hopspec-a-1', 'ip netns exec hopspec-a-1-0 perl -e 1'])
    assert.equal(refusal(command.split(' ')), undefined, command)
})

const why = unavailable()

test.skipIf(why !== undefined)(`the helper moves nothing into another namespace${why ? ` (skipped: ${why})` : ''}`, () => {
  const { agent, plan, close } = build(networkOf(articleState()))
  try {
    const space = plan.spaces[0]!.number
    const asked = (argv: readonly string[], stdin = '') => agent.jobs([{ space, argv, stdin }])
    assert.throws(() => asked(['ip', 'link', 'set', 'eth0', 'netns', '1']), /'1' is no namespace of this run/)
    assert.throws(() => asked(['ip', '-batch', '-'], 'link set lo up\nlink set eth0 netns 1\n'), /'1' is no namespace of this run/)
    assert.throws(() => asked(['ip', 'netns', 'exec', 'other', 'sh']), /'exec' is no namespace of this run/)
    assert.throws(() => asked(['sysctl', '-a']), /'sysctl' is no tool of hopspec's/)
    assert.equal(asked(['ip', 'link', 'show', 'eth0'])[0]!.exit, 0)
  } finally {
    close()
  }
})

test('only the guard starts programs; finding out the rights starts unshare and nsenter, which make namespaces of their own', () => {
  const sources = readdirSync('src/real', { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))
  const starters = sources.filter(f => readFileSync(`src/real/${f}`, 'utf8').includes('node:child_process'))
  assert.deepEqual(starters.sort(), ['guard.ts', 'rights.ts'])
  const started = [...readFileSync('src/real/rights.ts', 'utf8').matchAll(/spawn(?:Sync)?\(([^,]+),/g)].map(m => m[1])
  assert.deepEqual([...new Set(started)].sort(), ["'unshare'", 'before[0]!'])
})

test("a PATH without /usr/sbin hides no tools: what runs has root's folders too, after the user's own", () => {
  vi.stubEnv('PATH', '/usr/bin:/home/me/bin')
  try {
    const rights: Rights = { how: 'root', before: ['/bin/sh', '-c', 'echo "$PATH"'], end: () => undefined }
    const { stdout } = run(rights, ['ip', 'netns', 'add', 'hopspec-a-1'])
    assert.equal(stdout, '/usr/bin:/home/me/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin\n')
  } finally {
    vi.unstubAllEnvs()
  }
})
