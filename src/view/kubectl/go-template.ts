// Go templates, carried out over an object. Stands for text/template with kubectl's own functions (exists, base64decode).
import { never } from '../../error'
import { type Operand, type Pipeline, parseGoTemplate, TemplateError, type TemplateNode } from './go-template-parse'
import { goValue } from './go-value'

type Scope = ReadonlyMap<string, unknown>
interface At {
  readonly dot: unknown
  readonly root: unknown
  readonly scope: Map<string, unknown>
}

/** The template's text; the complaint where it cannot be read or carried out. */
export function goTemplateText(template: string, root: unknown): { readonly text: string } | { readonly wrong: string } {
  try {
    return { text: all(parseGoTemplate(template), { dot: root, root, scope: new Map() }) }
  } catch (error) {
    if (error instanceof TemplateError) return { wrong: `error: error parsing template ${template}, template: output:1: ${error.message}` }
    throw error
  }
}

const all = (nodes: readonly TemplateNode[], at: At): string => nodes.map(node => one(node, at)).join('')

function one(node: TemplateNode, at: At): string {
  switch (node.is) {
    case 'text':
      return node.text
    case 'action': {
      const value = evaluate(node.pipeline, at)
      return node.pipeline.declares.length > 0 ? '' : shown(value)
    }
    case 'if':
      return all(isTrue(evaluate(node.pipeline, at)) ? node.body : node.otherwise, inner(at, at.dot))
    case 'with': {
      const value = evaluate(node.pipeline, at)
      return isTrue(value) ? all(node.body, inner(at, value)) : all(node.otherwise, inner(at, at.dot))
    }
    case 'range':
      return ranged(node, at)
    default:
      return never(node)
  }
}

const shown = (value: unknown): string => (value === undefined ? '<no value>' : goValue(value))
const inner = (at: At, dot: unknown): At => ({ ...at, dot, scope: new Map(at.scope) })

function ranged(node: Extract<TemplateNode, { pipeline: Pipeline; body: unknown }>, at: At): string {
  const { declares } = node.pipeline
  const value = evaluate({ ...node.pipeline, declares: [] }, at)
  const items: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((v, i) => [i, v] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      : []
  if (items.length === 0) return all(node.otherwise, inner(at, at.dot))
  return items
    .map(([key, item]) => {
      const next = inner(at, item)
      if (declares.length === 2) next.scope.set(declares[0]!, key)
      if (declares.length > 0) next.scope.set(declares.at(-1)!, item)
      return all(node.body, next)
    })
    .join('')
}

function evaluate({ commands, declares }: Pipeline, at: At): unknown {
  let value: unknown
  for (const [i, command] of commands.entries()) value = run(command, at, i === 0 ? [] : [value])
  for (const name of declares) at.scope.set(name, value)
  return value
}

function run([first, ...rest]: readonly Operand[], at: At, piped: readonly unknown[]): unknown {
  if (first!.is !== 'call') return operandValue(first!, at)
  const known = FUNCTIONS[first!.name]
  if (known === undefined) throw new TemplateError(`function ${JSON.stringify(first!.name)} not defined`)
  return known([...rest.map(o => operandValue(o, at)), ...piped])
}

function operandValue(operand: Operand, at: At): unknown {
  switch (operand.is) {
    case 'literal':
      return operand.value
    case 'call':
      return run([operand], at, [])
    case 'chain':
      return operand.fields.reduce((value, name) => held(value, name), start(operand.from, at))
    default:
      return never(operand)
  }
}

function start(from: Extract<Operand, { is: 'chain' }>['from'], at: At): unknown {
  if (from === 'dot') return at.dot
  if (from === 'root') return at.root
  if (typeof from !== 'string') return evaluate(from, at)
  if (!(at.scope as Scope).has(from)) throw new TemplateError(`undefined variable ${JSON.stringify(from)}`)
  return at.scope.get(from)
}

const held = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined

/** What `if` takes for true: not empty, not zero. */
const isTrue = (value: unknown): boolean => (typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value))

type Call = (args: readonly unknown[]) => unknown
const compared =
  (holds: (a: never, b: never) => boolean): Call =>
  ([a, ...others]) =>
    others.some(b => holds(a as never, b as never))

const FUNCTIONS: Readonly<Record<string, Call | undefined>> = {
  len: ([value]) => (typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys((value ?? {}) as object).length),
  index: ([value, ...keys]) => keys.reduce((v: unknown, key) => (Array.isArray(v) ? v[Number(key)] : held(v, String(key))), value),
  eq: compared((a, b) => a === b),
  ne: ([a, b]) => a !== b,
  lt: compared((a, b) => a < b),
  le: compared((a, b) => a <= b),
  gt: compared((a, b) => a > b),
  ge: compared((a, b) => a >= b),
  not: ([value]) => !isTrue(value),
  and: args => args.find(a => !isTrue(a)) ?? args.at(-1),
  or: args => args.find(isTrue) ?? args.at(-1),
  print: args => args.map(shown).join(''),
  println: args => `${args.map(shown).join(' ')}\n`,
  printf: ([format, ...args]) => printf(String(format), args),
  exists: ([value, ...keys]) =>
    keys.reduce((v: unknown, key) => (Array.isArray(v) ? v[Number(key)] : held(v, String(key))), value) !== undefined,
  base64decode: ([text]) => decoded(String(text)),
}

/** `%s`, `%v`, `%d`, `%q`, `%t`, `%%`, with widths. */
function printf(format: string, args: readonly unknown[]): string {
  let next = 0
  return format.replace(/%(-?)(\d*)([svdqt%])/g, (_, minus: string, width: string, verb: string) => {
    if (verb === '%') return '%'
    const value = args[next++]
    const text = verb === 'q' ? JSON.stringify(shown(value)) : shown(value)
    return minus ? text.padEnd(Number(width)) : text.padStart(Number(width))
  })
}

function decoded(text: string): string {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
