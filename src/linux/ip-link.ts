// Devices as `ip link` shows them, and with -d what only the kernel knows of them beside; the entries of a tunnel's forwarding table as `bridge fdb` does.
// Not told: a network card's own settings, and a bridge's, which run with its timers.
import { ipText } from '../addr/ip'
import { macText } from '../addr/mac'
import { never } from '../error'
import { headLine, linkLine, peerName } from './ip-addr'
import type { Device, FdbEntry, Network, Program } from './program'

/** All devices, or one; numbered from 1. Null where `details` are asked of a device whose own nobody knows. */
export function printIpLink(program: Program, network: Network | undefined, only: string | null, details: boolean): string | null {
  const lines = program.devices.flatMap((d, i) => {
    if (only !== null && d.name !== only) return []
    const head = headLine(d, i + 1, peerName(program, d, network), ' mode DEFAULT')
    const link = linkLine(d)
    const more = details ? detailsOf(d) : ''
    return [more === null ? null : `${head}\n${link}${more}\n`]
  })
  return lines.includes(null) ? null : lines.join('')
}

/** What Linux 6 says of every device's queues. */
const queues = (count: number, mostBytes = 524_280): string =>
  `addrgenmode eui64 numtxqueues ${count} numrxqueues ${count} gso_max_size 65536 gso_max_segs 65535 tso_max_size ${mostBytes} tso_max_segs 65535 gro_max_size 65536 `
const counts = (least: number, most: number): string => ` promiscuity 0  allmulti 0 minmtu ${least} maxmtu ${most} `
const ETHERNET = counts(68, 65_535)
/** A cable has a queue for each processor: as on a machine with two. */
const PROCESSORS = 2
const TUN_BYTES = 65_536

function detailsOf(d: Device): string | null {
  if (d.port) return null
  switch (d.kind) {
    case 'loopback':
      return `${counts(0, 0)}${queues(1)}`
    case 'veth':
      return `${ETHERNET}\n    veth ${queues(PROCESSORS)}`
    case 'vxlan': {
      const where = `vxlan id ${d.id} local ${ipText(d.local)} dev ${d.device} srcport 0 0 dstport ${d.udpPort}`
      const how = `nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx ${d.gbp ? 'gbp ' : ''}`
      return `${ETHERNET}\n    ${where} ${how}${queues(1)}`
    }
    case 'tun':
      return `${ETHERNET}\n    tun type tun pi off vnet_hdr off persist off ${queues(1, TUN_BYTES)}`
    case 'ethernet':
    case 'bridge':
      return null
    default:
      return never(d)
  }
}

/** `bridge fdb show dev DEVICE`, without the groups that every device listens to. */
export const printFdb = (fdb: readonly FdbEntry[], device: string): string =>
  fdb
    .filter(f => f.device === device)
    .map(f => `${macText(f.mac)} dst ${ipText(f.destination)} self permanent\n`)
    .join('')
