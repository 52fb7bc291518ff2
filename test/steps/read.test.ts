// The words of steps: what they stand for, and what is refused with a reason.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { HopspecError } from '../../src/error'
import {
  kubectlName,
  readDuration,
  readEndpoint,
  readFateWord,
  readPlace,
  readPortWord,
  readShare,
  readUrl,
  readWordIp,
  readWordProtocol,
} from '../../steps/read'

const good: readonly { name: string; is: unknown; value: unknown }[] = [
  { name: 'a URL without a port is port 80', is: readUrl('http://10.96.0.20/x').to, value: '10.96.0.20:80' },
  { name: 'https is port 443', is: readUrl('https://10.96.0.20').to, value: '10.96.0.20:443' },
  { name: 'a bare address as curl takes it', is: readUrl('10.100.77.149').to, value: '10.100.77.149:80' },
  { name: 'a URL with an IPv6 host', is: readUrl('http://[fd00::1]:8080/').to, value: '[fd00::1]:8080' },
  { name: 'seconds', is: readDuration('70 seconds'), value: 70_000 },
  { name: 'one minute', is: readDuration('1 minute'), value: 60_000 },
  { name: 'hours with a fraction', is: readDuration('1.5 hours'), value: 5_400_000 },
  { name: 'milliseconds', is: readDuration('250ms'), value: 250 },
  { name: 's', is: readDuration('30s'), value: 30_000 },
  { name: 'a place outside', is: readPlace('an external client'), value: { kind: 'outside' } },
  { name: 'a pod with its namespace', is: readPlace('the pod "shop/a"'), value: { kind: 'pod', name: 'shop/a' } },
  { name: 'an address', is: readPlace('10.1.2.3'), value: { kind: 'address', address: '10.1.2.3' } },
  { name: 'an endpoint', is: readEndpoint('10.1.2.3:53'), value: '10.1.2.3:53' },
  { name: 'a protocol in capitals', is: readWordProtocol('UDP'), value: 'udp' },
  { name: 'a fate', is: readFateWord('host-unreachable'), value: 'host-unreachable' },
  { name: 'a bare name for kubectl', is: kubectlName('web'), value: ['web'] },
  { name: 'a name with its namespace for kubectl', is: kubectlName('shop/web'), value: ['web', '-n', 'shop'] },
  { name: 'a port', is: readPortWord('31298'), value: 31298 },
]
describe('stands for', () => {
  for (const { name, is, value } of good) test(name, () => assert.deepEqual(is, value))
  test('a percentage', () => assert.deepEqual(readShare('25 %'), { of: 1n, over: 4n }))
})

const bad: readonly { name: string; read: () => unknown; says: RegExp }[] = [
  { name: 'a URL without a host', read: () => readUrl('http://:80'), says: /no host.*http:\/\/HOST:PORT/ },
  { name: 'a URL with a port that is none', read: () => readUrl('http://a:0'), says: /'0', which is none/ },
  { name: 'a URL with a host that is no name', read: () => readUrl('http://we!b'), says: /'we!b' is neither an address nor a name/ },
  {
    name: 'a Service written as a URL',
    read: () => readUrl('http://service/shop/web:81'),
    says: /curls service "shop\/web" on port 81/,
  },
  { name: 'an address with leading zeros', read: () => readWordIp('010.0.0.1'), says: /no IP address/ },
  { name: 'a short address', read: () => readWordIp('10.1'), says: /no IP address/ },
  { name: 'a fraction above one', read: () => readShare('4/3'), says: /no fraction/ },
  { name: 'a fraction over zero', read: () => readShare('1/0'), says: /no fraction/ },
  { name: 'a port above 65535', read: () => readPortWord('65536'), says: /1 to 65535/ },
  { name: 'an endpoint with port 0', read: () => readEndpoint('10.1.2.3:0'), says: /no port/ },
  { name: 'a fate that is almost one', read: () => readFateWord('droped'), says: /Did you mean 'dropped'\?/ },
  { name: 'a duration without a unit', read: () => readDuration('30'), says: /no duration/ },
]
describe('is refused', () => {
  for (const { name, read, says } of bad)
    test(name, () => {
      assert.throws(read, (e: unknown) => e instanceof HopspecError && says.test(e.message))
    })
})
