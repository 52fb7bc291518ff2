// TUN devices on the kernel, with a relay of ours in the place of flanneld: every flow as the simulator says.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { afterAll, describe, test } from 'vitest'
import { build, type Built } from '../../src/real/build'
import { check } from '../../src/real/check'
import { Observatory } from '../../src/real/observe'
import { unavailable } from '../../src/real/rights'
import { prepare } from '../../src/trace/prepare'
import { tunnelOfTwo } from '../tun'

const why = unavailable() ?? (existsSync('/dev/net/tun') && process.getuid?.() === 0 ? undefined : 'TUN devices need root and /dev/net/tun')

describe.skipIf(why !== undefined)(`a tunnel held by a program${why ? ` (skipped: ${why})` : ''}`, () => {
  let built: Built | undefined
  const eyes = () => new Observatory((built ??= build(tunnelOfTwo)))
  afterAll(() => built?.close())

  const rows = [
    { name: 'a connection', to: '10.0.90.2:8080', protocol: 'tcp', result: 'answered' },
    { name: 'an echo request', to: '10.0.90.2', protocol: 'icmp', result: 'answered' },
    { name: 'a port where nobody listens', to: '10.0.90.2:9', protocol: 'udp', result: 'refused' },
    { name: 'as much as fits', to: '10.0.90.2:9', protocol: 'udp', lengthBytes: 1472, dontFragment: true, result: 'refused' },
    { name: 'more, in pieces', to: '10.0.90.2:9', protocol: 'udp', lengthBytes: 4000, dontFragment: false, result: 'refused' },
    { name: 'a network that nobody has leased', to: '10.0.77.7:80', protocol: 'tcp', result: 'timeout' },
    { name: 'a TTL that ends in the program', to: '10.0.90.2:8080', protocol: 'tcp', ttl: 2, result: 'timeout' },
  ] as const
  for (const { name, result, ...flow } of rows)
    test(`${name}: ${result}`, () => {
      const { scene, flows } = prepare({ network: tunnelOfTwo }, [{ from: 'namespace/nginx', ...flow }])
      const checked = check(scene.network, eyes(), flows[0]!.request)
      assert.ok(checked.compared)
      assert.deepEqual(checked.comparison.differences, [])
      assert.equal(checked.real.client.result, result)
    })
})
