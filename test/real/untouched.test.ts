// The machine's own network is the same before and after: devices, addresses, routes, rules, settings.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { networkOf } from '../../src/node/network'
import { build } from '../../src/real/build'
import { Observatory } from '../../src/real/observe'
import { unavailable } from '../../src/real/rights'
import { prepare } from '../../src/trace/prepare'
import { articleState } from '../trace/article'

const why = unavailable()

/** What listing tools print of the machine's own namespace; lifetimes that count down are left out. */
const LISTINGS = ['ip -o link', 'ip -o address', 'ip route show table all', 'ip rule', 'nft list ruleset', 'iptables-save']

function listing(command: string): string {
  const [program, ...args] = command.split(' ')
  const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' })
  // Who is not root may not list rules; all others see all, or this test could not fail.
  if (process.getuid?.() === 0 || program === 'ip') assert.equal(status, 0, `${command}: ${stderr}`)
  return stdout.replace(/^#.*$/gm, '').replace(/(?:valid|preferred)_lft \d+sec/g, '')
}

/** Every setting under a folder of /proc/sys/net that can be read. */
function settings(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return settings(path)
    try {
      return [`${path} = ${readFileSync(path, 'utf8').trim()}`]
    } catch {
      return []
    }
  })
}

/** Settings that say something about the moment. */
const PASSING = /fib_sync_mem|nf_conntrack_count|\/stable_secret|tcp_mem|udp_mem|base_reachable/

const machine = () => ({
  listings: LISTINGS.map(command => `$ ${command}\n${listing(command)}`),
  settings: settings('/proc/sys/net').filter(line => !PASSING.test(line)),
})

describe.skipIf(why !== undefined)(`the machine’s own network${why ? ` (skipped: ${why})` : ''}`, () => {
  for (const rights of ['user-namespace', 'root'] as const)
    test.skipIf(rights === 'root' && process.getuid?.() !== 0)(`is as it was, after a cluster and its traffic, as ${rights}`, () => {
      const before = machine()
      const state = articleState()
      const built = build(networkOf(state), { rights })
      try {
        const { flows } = prepare({ state }, [{ from: 'client/laptop', to: '192.168.1.200:31298', protocol: 'tcp' }])
        assert.equal(new Observatory(built).send(flows[0]!.request).client.result, 'answered')
        assert.deepEqual(machine(), before)
      } finally {
        built.close()
      }
      assert.deepEqual(machine(), before)
    })
})
