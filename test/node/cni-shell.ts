// What a person types on a machine of the recordings between the calls of plugins: `ip`, `iptables`, `rm`. What is not known here is told, and the rest of the case left out.
import { readInterfaceAddress } from '../../src/addr/cidr'
import { familyOf } from '../../src/addr/ip'
import { readIptablesSave } from '../../src/linux/iptables-save'
import type { TableName } from '../../src/linux/rule'
import { readRoute } from '../../src/linux/ip-route'
import { addAddress, type CniHost, deleteAddress, deleteDevice, deviceIn, newDevice, setDown, setUp } from '../../src/node/cni/machine'
import type { CniSpace } from '../../src/node/cni/space'
import { routesText } from '../../src/node/cni/machine-text'
import { addRoute, deleteRoute } from '../../src/node/cni/route-table'
import { addRule, deleteChain, newChain, removeRules, setPolicy } from '../../src/node/kernel-tables'

export class Unknown extends Error {}

/** Carries out a line of commands in a namespace; what it prints. */
export function type(host: CniHost, space: CniSpace, line: string): string {
  return line
    .split(/;|&&/)
    .map(command => run(host, space, command.trim()))
    .join('')
}

function run(host: CniHost, space: CniSpace, command: string): string {
  for (const [pattern, act] of COMMANDS) {
    const found = pattern.exec(command)
    if (!found) continue
    const printed = act(host, space, found.slice(1))
    return typeof printed === 'string' ? printed : ''
  }
  throw new Unknown(command)
}

type Act = (host: CniHost, space: CniSpace, words: readonly string[]) => unknown
const place = { file: 'shell', line: 1, column: 1 }

/** A route by the device that its gateway is a neighbour of, where none is named. */
function routeOf(space: CniSpace, text: string): ReturnType<typeof readRoute> {
  const route = readRoute(text, place)
  if (route.device !== undefined || route.gateway === undefined) return route
  const near = space.routes.find(
    r => r.gateway === undefined && r.destination.length > 0 && familyOf(r.destination.ip) === familyOf(route.gateway!),
  )
  return { ...route, ...(near?.device !== undefined && { device: near.device }) }
}

const COMMANDS: readonly (readonly [RegExp, Act])[] = [
  [
    /^ip (?:-6 )?addr(?:ess)? add (\S+) dev (\S+)(?: nodad)?$/,
    (_h, s, [a, d]) => void addAddress(s, deviceIn(s, d!)!, readInterfaceAddress(a!)!),
  ],
  [/^ip (?:-6 )?addr(?:ess)? del (\S+) dev (\S+)$/, (_h, s, [a, d]) => void deleteAddress(s, deviceIn(s, d!)!, readInterfaceAddress(a!)!)],
  [/^ip ((?:-6 )?)route add (.+)$/, (_h, s, [six, r]) => void addRoute(s, routeOf(s, `${six}${r}`), 'exclusive')],
  [
    /^ip ((?:-6 )?)route del (.+)$/,
    (_h, s, [six, text]) => {
      const wanted = readRoute(`${six}${text}`, place)
      deleteRoute(s, r => r.destination.ip === wanted.destination.ip && r.destination.length === wanted.destination.length)
    },
  ],
  [/^ip route show table (\d+)$/, (h, s, [table]) => routesText(h, s, 'ipv4', Number(table))],
  [
    /^ip link add (?:name )?(\S+) type bridge$/,
    (h, s, [name]) => void newDevice(s, { name: name!, kind: 'bridge', mac: h.draw.mac(`node/${name}`) }),
  ],
  [/^ip link set (?:dev )?(\S+) up$/, (h, s, [name]) => setUp(h, s, deviceIn(s, name!)!)],
  [/^ip link set (?:dev )?(\S+) down$/, (_h, s, [name]) => setDown(s, deviceIn(s, name!)!)],
  [/^ip link set (?:dev )?(\S+) mtu (\d+)$/, (_h, s, [name, mtu]) => void (deviceIn(s, name!)!.mtuBytes = Number(mtu))],
  [/^ip link del (?:dev )?(\S+)$/, (h, s, [name]) => deleteDevice(h, s.name, name!)],
  [/^rm (?:-r?f )?(\/\S+)$/, (h, _s, [path]) => void h.files.delete(path!)],
  [
    /^(ip6?tables) (?:-w )?(?:-t (\w+) )?-N (\S+)$/,
    (h, _s, [tool, table = 'filter', chain]) => void newChain(tablesOf(h, tool!), table as TableName, chain!),
  ],
  [
    /^(ip6?tables) (?:-w )?(?:-t (\w+) )?-F (\S+)$/,
    (h, _s, [tool, table = 'filter', chain]) => removeRules(tablesOf(h, tool!), table as TableName, chain!, () => true),
  ],
  [
    /^(ip6?tables) (?:-w )?(?:-t (\w+) )?-X (\S+)$/,
    (h, _s, [tool, table = 'filter', chain]) => deleteChain(tablesOf(h, tool!), table as TableName, chain!),
  ],
  [
    /^(ip6?tables) (?:-w )?(?:-t (\w+) )?-P (\S+) DROP$/,
    (h, _s, [tool, table = 'filter', chain]) => setPolicy(tablesOf(h, tool!), table as TableName, chain!, 'DROP'),
  ],
  [
    /^(ip6?tables) (?:-w )?(?:-t (\w+) )?-([AI]) (\S+) (.+)$/,
    (h, _s, [tool, table = 'filter', how, chain, words]) => {
      const k = tablesOf(h, tool!)
      const own = [...(k.tables.get(table as TableName)?.keys() ?? [])].map(c => `:${c} - [0:0]\n`).join('')
      const text = `*${table}\n${own}:X - [0:0]\n-A X ${words}\nCOMMIT\n`
      const rule = readIptablesSave(text, 'shell', k.family).tables[0]!.chains.find(c => c.name === 'X')!.rules[0]!
      addRule(k, table as TableName, chain!, rule, how === 'A' ? 'last' : 'first')
    },
  ],
]

const tablesOf = (host: CniHost, tool: string) => host.tables[tool === 'iptables' ? 'ipv4' : 'ipv6']
