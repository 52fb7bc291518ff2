// A JSON value as YAML, as kubectl prints it: keys sorted, lists not indented, quotes only where needed. Stands for sigs.k8s.io/yaml over go-yaml.
import { goJson } from '../../apply/go-json'
import { compareText } from '../../cluster/state'

/** The whole document, with its last line end. */
export const yamlText = (value: unknown): string => `${node(value, '')}\n`

/** Keys of objects with a value, sorted bytewise. */
const keysOf = (object: object): readonly string[] =>
  Object.keys(object)
    .filter(key => (object as Record<string, unknown>)[key] !== undefined)
    .sort(compareText)

function node(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : value.map(item => `${indent}- ${node(item, `${indent}  `).trimStart()}`).join('\n')
  if (typeof value !== 'object' || value === null) return scalar(value, indent, indent.length)
  const keys = keysOf(value)
  return keys.length === 0
    ? '{}'
    : keys
        .map(key => {
          const name = scalar(key, indent)
          return `${indent}${name}:${entry((value as Record<string, unknown>)[key], indent, indent.length + name.length + 2)}`
        })
        .join('\n')
}

/** What stands behind a key: `column` is where text begins. */
function entry(value: unknown, indent: string, column: number): string {
  if (Array.isArray(value) && value.length > 0) return `\n${node(value, indent)}`
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && keysOf(value).length > 0)
    return `\n${node(value, `${indent}  `)}`
  return typeof value === 'string' ? ` ${scalar(value, `${indent}  `, column)}` : ` ${node(value, `${indent}  `)}`
}

/** Plain text that YAML would read as something else than a string. */
const OTHER =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|\.inf|\.nan|[-+]?(?:\d[\d_]*|0x[\da-fA-F]+|0o?[0-7]+|0b[01]+)|[-+]?(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*\.(?:[eE][-+]?\d+)?|\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?|<<|=)$/

/** A value in one line or, where it has a column, folded. */
function scalar(value: unknown, indent: string, column?: number): string {
  if (typeof value !== 'string') return value === null || value === undefined ? 'null' : String(value)
  if (value === '' || OTHER.test(value)) return JSON.stringify(value)
  if (value.includes('\n')) return block(value, indent)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what YAML can only write escaped
  if (/[\x00-\x08\x0b-\x1f\x7f\u0085\ufeff]/.test(value)) return JSON.stringify(value)
  const special = /^[-?:](?:\s|$)|^[,[\]{}#&*!|>'"%@`]|^\s|\s$|: |:$| #|^---|^\.\.\./.test(value) || value.includes('\t')
  const text = special ? `'${value.replaceAll("'", "''")}'` : value
  return column === undefined ? text : folded(text, indent, column)
}

/** Width from which on the next blank becomes a line end. */
const WIDTH = 80

/** Long text over several lines, broken at single blanks behind the width. */
function folded(text: string, indent: string, column: number): string {
  if (column + text.length <= WIDTH) return text
  let out = ''
  let at = column
  for (const [i, word] of text.split(' ').entries()) {
    const breaks = i > 0 && at > WIDTH && word !== '' && !out.endsWith(' ')
    if (breaks) out += `\n${indent}`
    else if (i > 0) out += ' '
    at = breaks ? indent.length : i > 0 ? at + 1 : at
    out += word
    at += word.length
  }
  return out
}

function block(value: string, indent: string): string {
  const body = value.replace(/\n+$/, '')
  const ends = value.length - body.length
  const mark = ends === 0 ? '|-' : ends === 1 ? '|' : '|+'
  const hint = /^[ \n]/.test(value) ? '2' : ''
  const lines = `${body}${'\n'.repeat(Math.max(0, ends - 1))}`.split('\n')
  return `${mark.slice(0, 1)}${hint}${mark.slice(1)}\n${lines.map(line => (line === '' ? '' : `${indent}${line}`)).join('\n')}`
}

/** A JSON value as `-o json` prints it, with four blanks a level. */
export const jsonText = (value: unknown): string => `${goJson(value, '    ')}\n`
