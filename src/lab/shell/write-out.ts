// What `curl -w FORMAT` prints after a request: the variables that a simulated transfer has.
import { problem } from '../../error'

interface Transfer {
  readonly exit: number
  /** Empty where no name was resolved. */
  readonly address: string
  readonly port: number
  readonly url: string
}

/** Every simulated server answers 200. curl says 000 for none, and no remote address where it did not connect. */
const VARIABLES: Readonly<Record<string, (t: Transfer) => string>> = {
  http_code: t => (t.exit === 0 ? '200' : '000'),
  response_code: t => (t.exit === 0 ? '200' : '000'),
  exitcode: t => String(t.exit),
  remote_ip: t => (t.exit === 0 ? t.address : ''),
  remote_port: t => (t.exit === 0 ? String(t.port) : '0'),
  url: t => t.url,
}
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\r': '\r', '\\\\': '\\', '%%': '%' }

/** What `curl -w FORMAT` prints after a transfer; throws for variables that are not modelled. */
export function writtenOut(format: string, transfer: Transfer): string {
  if (format.startsWith('@')) throw problem('NOT_MODELLED', 'curl -w @FILE is not modelled.', { fix: 'Write the format itself.' })
  return format.replace(/%\{(\w+)\}|%%|\\[ntr\\]/g, (all, name?: string) => {
    if (name === undefined) return ESCAPES[all]!
    if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name]!(transfer)
    throw problem('NOT_MODELLED', `curl -w %{${name}} is not modelled.`, {
      fix: `There are ${Object.keys(VARIABLES)
        .map(v => `%{${v}}`)
        .join(', ')}.`,
    })
  })
}
