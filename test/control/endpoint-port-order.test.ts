// The order in which ports are listed: the hashes of real controllers decide, and differ between Endpoints and slices. The rows were printed by the controllers' own code.
import { expect, test } from 'vitest'
import { fnv128a, sortedPorts, sortedSlicePorts } from '../../src/control/endpoint-port-order'

const port = (text: string) => {
  const [name, number, protocol = 'TCP'] = text.split(' ')
  return { name: name!, port: Number(number), protocol: protocol as 'TCP' | 'UDP' }
}
for (const { ports, inSlices, inEndpoints } of [
  { ports: ['dns 53 UDP', 'dns-tcp 53', 'metrics 9153'], inSlices: 'dns dns-tcp metrics', inEndpoints: 'metrics dns-tcp dns' },
  { ports: ['more 1234', 'http 8080', 'none 9000'], inSlices: 'http more none', inEndpoints: 'http more none' },
  { ports: ['http 80', 'https 443'], inSlices: 'https http', inEndpoints: 'http https' },
  { ports: ['a 1', 'b 2', 'c 3', 'd 4', 'e 5 UDP'], inSlices: 'e b c d a', inEndpoints: 'c d e b a' },
])
  test(`${ports.join(', ')} are ${inSlices} in a slice and ${inEndpoints} in Endpoints`, () => {
    const names = (list: readonly { name: string }[]) => list.map(p => p.name).join(' ')
    expect(names(sortedSlicePorts(ports.map(port)))).toBe(inSlices)
    expect(names(sortedPorts(ports.map(port), 'v1.35'))).toBe(inEndpoints)
  })

test('FNV-1a of 128 bits is that of its authors', () => expect(fnv128a('foobar')).toBe('343e1662793c64bf6f0d3597ba446f18'))
