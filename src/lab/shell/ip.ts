// ip in the shell: what iproute2 shows of routes, rules, addresses, neighbours and devices, by family, device and table. Nothing is changed with it.
import { familyOf, ipText } from '../../addr/ip'
import { macText } from '../../addr/mac'
import { problem, never } from '../../error'
import { printIpAddr } from '../../linux/ip-addr'
import { printIpLink } from '../../linux/ip-link'
import { printRoutes, readTable } from '../../linux/ip-route'
import { policyRuleText } from '../../linux/ip-rule'
import type { Network, Program } from '../../linux/program'
import { type Ran, refused, said, type Session } from './session'

const OBJECTS = ['route', 'rule', 'address', 'neighbour', 'link'] as const
type IpObject = (typeof OBJECTS)[number]

/** What docs/shell.md tells of each object. */
export const IP_FORMS: readonly string[] = [
  'ip [-4|-6] route [show] [dev DEVICE] [table main|NUMBER]',
  'ip [-4|-6] addr [show] [[dev] DEVICE]',
  'ip [-4|-6] neigh [show] [dev DEVICE]',
  'ip [-d] link [show] [[dev] DEVICE]',
  'ip [-4|-6] rule [show]',
]
const MAIN = 254

interface Asked {
  readonly object: IpObject
  /** null where neither -4 nor -6 is given. */
  readonly family: 'ipv4' | 'ipv6' | null
  readonly device: string | null
  readonly table: number
  /** -d. */
  readonly details: boolean
}

export function ip(session: Session, program: Program, network: Network, rest: readonly string[]): Ran {
  const asked = readAsked(rest)
  const { object, family, device, table, details } = asked
  if (device !== null && !program.devices.some(d => d.name === device))
    return refused(
      session,
      object === 'address' || object === 'link' ? `Device "${device}" does not exist.` : `Cannot find device "${device}"`,
    )
  switch (object) {
    case 'route': {
      const routes = program.routes.filter(r => (r.table ?? MAIN) === table && (device === null || r.device === device))
      if (table !== MAIN && routes.length === 0 && !program.routes.some(r => r.table === table))
        return refused(session, `Error: ${family ?? 'ipv4'}: FIB table does not exist.\nDump terminated`, 2)
      const shown = routes.map(({ table: _, ...r }) => r)
      const text = printRoutes(shown, family ?? 'ipv4')
      return said(session, device === null ? text : text.replaceAll(` dev ${device}`, ''))
    }
    case 'link': {
      const text = printIpLink(program, network, device, details)
      return text === null
        ? refused(
            session,
            `hopspec: ip ${rest.join(' ')}: of bridges, their ports and network cards hopspec knows no details; name another device.`,
            2,
          )
        : said(session, text)
    }
    case 'rule':
      return said(session, rulesText(program, family ?? 'ipv4'))
    case 'address':
      return said(session, addressText(printIpAddr(program, network), family, device))
    case 'neighbour': {
      const shown = program.neighbours.filter(
        n => (device === null || n.device === device) && (family === null || familyOf(n.ip) === family),
      )
      const on = (name: string) => (device === null ? ` dev ${name}` : '')
      return said(session, shown.map(n => `${ipText(n.ip)}${on(n.device)} lladdr ${macText(n.mac)} PERMANENT\n`).join(''))
    }
    default:
      return never(object)
  }
}

const LAST = 32_767
/** The kernel's own rules and those of the machine, by their priority. */
function rulesText(program: Program, family: 'ipv4' | 'ipv6'): string {
  const kernels = [[0, 'local'], [LAST - 1, 'main'], ...(family === 'ipv4' ? [[LAST, 'default'] as const] : [])] as const
  const own = program.policyRules.filter(r => r.family === family).map(r => [r.priority, policyRuleText(r).replace(/^\d+: /, '')] as const)
  const all = [...kernels.map(([priority, table]) => [priority, `from all lookup ${table}`] as const), ...own]
  return all
    .sort(([a], [b]) => a - b)
    .map(([priority, text]) => `${priority}:\t${text}\n`)
    .join('')
}

/** Whole devices, or with a family only their head and its addresses, where they have any. */
function addressText(text: string, family: Asked['family'], device: string | null): string {
  const nameOf = (block: string) => block.split(': ')[1]?.split('@')[0]
  const blocks = text.split(/^(?=\d+: )/m).filter(b => device === null || nameOf(b) === device)
  if (family === null) return blocks.join('')
  const word = family === 'ipv4' ? 'inet' : 'inet6'
  const parts = blocks.map(block => {
    const [head = '', ...lines] = block.trimEnd().split('\n')
    const own = lines.filter((line, i) => line.startsWith(`    ${word} `) || lines[i - 1]?.startsWith(`    ${word} `))
    return own.length === 0 ? '' : `${[head, ...own].join('\n')}\n`
  })
  return parts.join('')
}

function readAsked(rest: readonly string[]): Asked {
  const words = [...rest]
  let family: Asked['family'] = null
  let details = false
  for (; words[0]?.startsWith('-'); words.shift()) {
    if (words[0] === '-d') details = true
    else if (words[0] === '-4' || words[0] === '-6') family = words[0] === '-4' ? 'ipv4' : 'ipv6'
    else refuse(rest, words[0])
  }
  const object = OBJECTS.find(o => words[0] !== undefined && words[0] !== '' && o.startsWith(words[0]))
  if (object === undefined) refuse(rest, words[0] ?? '')
  words.shift()
  if (details && object !== 'link') refuse(rest, '-d')
  if (family !== null && object === 'link') refuse(rest, family === 'ipv4' ? '-4' : '-6')
  if (['show', 'list', 'ls', 'sh'].includes(words[0] ?? '')) words.shift()
  let device: string | null = null
  let table = MAIN
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = words[0]
    if (word === 'dev' && object !== 'rule' && value !== undefined) device = words.shift()!
    else if (word === 'table' && object === 'route' && value !== undefined) table = tableOf(rest, words.shift()!)
    else if ((object === 'address' || object === 'link') && device === null && !word.startsWith('-') && value === undefined) device = word
    else refuse(rest, word)
  }
  return { object, family, device, table, details }
}

/** The kernel's own table of local addresses is not part of what a machine is described with. */
function tableOf(rest: readonly string[], text: string): number {
  const table = readTable(text)
  if (table === undefined || table === 0 || table === 255) refuse(rest, `table ${text}`)
  return table!
}

function refuse(rest: readonly string[], word: string): never {
  throw problem('NOT_MODELLED', `ip ${rest.join(' ')}: '${word}' is not modelled.`, { fix: `Write ${IP_FORMS.join('; ')}.` })
}
