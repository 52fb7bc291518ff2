// What listens beside the objects of a cluster: external clients and images, and what each answers.
import { type Ip, ipText, readIp } from '../addr/ip'
import type { ClusterConfig, ServerFacts } from './cluster-config'
import { NODE_NAME } from './cluster-nodes'
import type { Complaints } from './complaints'
import type { RawCluster, RawServer } from './raw-cluster'
import { readNumber } from './written-value'

/** The machines outside; each has a name and an address that nobody else has. */
export function readClients(complaints: Complaints, raw: RawCluster, nodes: ClusterConfig['nodes']): ClusterConfig['externalClients'] {
  const taken = new Map<Ip, string>(nodes.flatMap(n => n.addresses.map(a => [a.ip, `node ${n.name}`] as const)))
  const names = new Set<string>()
  return (raw.externalClients ?? []).flatMap((client, i) => {
    const path = ['externalClients', i]
    const address = readIp(client.address)
    if (names.has(client.name))
      complaints.add('CLUSTER_INVALID', [...path, 'name'], `Two external clients are named '${client.name}'.`, 'Give each its own name.')
    if (!NODE_NAME.test(client.name))
      complaints.add(
        'INVALID_VALUE',
        [...path, 'name'],
        `'${client.name}' cannot name a client.`,
        'Write lower-case letters, digits, - and .',
      )
    names.add(client.name)
    if (address === undefined) {
      complaints.add('INVALID_VALUE', [...path, 'address'], `'${client.address}' is no IP address.`, 'Write one like 192.168.1.50.')
      return []
    }
    const other = taken.get(address)
    if (other)
      complaints.add(
        'CLUSTER_INVALID',
        [...path, 'address'],
        `The client '${client.name}' has the address ${ipText(address)} of ${other}.`,
        'Give it an address of its own.',
      )
    taken.set(address, `client ${client.name}`)
    return [{ name: client.name, address, ...readServer(complaints, client, path), place: complaints.placeOf(path) }]
  })
}

/** What containers of an image listen on. */
export function readImages(complaints: Complaints, raw: RawCluster): ClusterConfig['images'] {
  return (raw.images ?? []).map((image, i) => ({ image: image.image, ...readServer(complaints, image, ['images', i]) }))
}

const readServer = (complaints: Complaints, { listens, answers }: RawServer, path: readonly (string | number)[]): ServerFacts => ({
  listens: (listens ?? []).map((listen, j) => ({
    port: readNumber(complaints, listen.port, [...path, 'listens', j, 'port'], 1, 65535, 1),
    protocol: complaints.oneOf([...path, 'listens', j, 'protocol'], listen.protocol ?? 'TCP', ['TCP', 'UDP', 'SCTP'] as const),
  })),
  answers: answers ?? null,
})
