// What the shell's programs know of their options: a table, and its reader. What is not in the table is refused by name, since it could change what happens.
import { problem } from '../../error'

/** Each option by its names, then what it takes. docs/shell.md tells what each does. */
export const OPTIONS = {
  curl: [
    '-s --silent',
    '-S --show-error',
    '-f --fail',
    '-m --max-time SECONDS',
    '--connect-timeout SECONDS',
    '-o --output FILE',
    '-w --write-out FORMAT',
    '-4 --ipv4',
    '-6 --ipv6',
    '-H --header LINE',
    '-X --request METHOD',
    '-d --data DATA',
    '-A --user-agent NAME',
    '-k --insecure',
    '-L --location',
    '-g --globoff',
    '-N --no-buffer',
  ],
  wget: ['-q', '-O FILE', '-T --timeout SECONDS', '--spider'],
  nc: ['-z', '-v', '-u', '-n', '-w SECONDS', '-4', '-6', '-N'],
  ping: ['-c COUNT', '-W SECONDS', '-i SECONDS', '-s SIZE', '-M PMTUDISC', '-t TTL', '-I DEVICE', '-m MARK', '-q', '-n', '-4', '-6'],
  'iptables-save': ['-t --table TABLE'],
  'ip6tables-save': ['-t --table TABLE'],
  conntrack: [
    '-L --dump',
    '-F --flush',
    '-p --proto PROTOCOL',
    '-s --orig-src --src ADDRESS',
    '-d --orig-dst --dst ADDRESS',
    '--sport --orig-port-src PORT',
    '--dport --orig-port-dst PORT',
  ],
  'docker ps': ['--no-trunc'],
  'docker network inspect': [],
  'crictl ps': [],
  'crictl pods': [],
  hostname: [],
  env: [],
  printenv: [],
  cat: [],
  getent: [],
  'etcdctl get': ['--prefix', '--keys-only', '--print-value-only'],
  'etcdctl ls': ['--recursive', '-p'],
  'etcdctl rm': [],
  'etcdctl del': [],
  'bridge fdb show': [],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Program = keyof typeof OPTIONS

/** What was written after a program's name: options by their first name. */
export interface Words {
  readonly bare: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

interface Option {
  readonly first: string
  readonly takes: string | undefined
}

function optionsOf(program: Program): ReadonlyMap<string, Option> {
  const found = new Map<string, Option>()
  for (const row of OPTIONS[program]) {
    const words = (row as string).split(' ')
    const takes = words.find(w => !w.startsWith('-'))
    for (const name of words) if (name.startsWith('-')) found.set(name, { first: words[0]!, takes })
  }
  return found
}

/** Reads `-s`, `-sS`, `-m2`, `-m 2`, `--max-time 2`, `--max-time=2`; of an option given twice the last counts. Throws for what the program does not know. */
function readWords(program: Program, argv: readonly string[]): Words {
  const known = optionsOf(program)
  const bare: string[] = []
  const options = new Map<string, string>()
  const rest = [...argv]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') bare.push(...rest.splice(0))
    else if (word === '-' || !word.startsWith('-')) bare.push(word)
    else if (word.startsWith('--')) readLong(word)
    else readLetters(word)
  }
  return { bare, options }

  function readLong(word: string): void {
    const [, name = word, attached] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    const option = known.get(name) ?? unknownOption(program, name)
    if (option.takes === undefined && attached !== undefined)
      throw problem('USAGE', `${program} ${name} takes no value.`, { fix: `Write ${name}.` })
    options.set(option.first, option.takes === undefined ? '' : (attached ?? rest.shift() ?? lacking(program, name, option.takes)))
  }

  function readLetters(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const name = `-${word[i]}`
      const option = known.get(name) ?? unknownOption(program, word.length === 2 ? name : `${name} (in ${word})`)
      if (option.takes === undefined) options.set(option.first, '')
      else {
        options.set(option.first, word.slice(i + 1) || (rest.shift() ?? lacking(program, name, option.takes)))
        return
      }
    }
  }
}

/** The words of a program that takes so many and no more; throws for others. */
export function readBare(program: Program, argv: readonly string[], most: number): Words {
  const words = readWords(program, argv)
  const extra = words.bare[most]
  if (extra !== undefined) throw tooMany(program, extra)
  return words
}

export const tooMany = (program: string, word: string) =>
  problem('USAGE', `${program}: '${word}' is a word too many.`, { fix: 'Leave it out.' })

/** Options are not ignored: they could change what a packet meets. */
function unknownOption(program: string, option: string): never {
  const rows: readonly string[] = Object.hasOwn(OPTIONS, program) ? OPTIONS[program as Program] : []
  const fix = rows.length === 0 ? 'Leave it out.' : `${program} in hopspec shell knows ${rows.map(row => row.split(' ')[0]).join(', ')}.`
  throw problem('NOT_MODELLED', `${program} ${option} is not modelled.`, { fix })
}

function lacking(program: Program, name: string, takes: string): never {
  throw problem('USAGE', `${program} ${name} needs a value.`, { fix: `Write ${name} ${takes}.` })
}

/** A number given to an option, within its range; undefined where the option is not given. */
export function numberOf(program: Program, { options }: Words, name: string, [least, most]: readonly [number, number]): number | undefined {
  const text = options.get(name)
  if (text === undefined) return undefined
  const value = /^(0x[\da-f]+|\d+(\.\d+)?)$/i.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw problem('USAGE', `${program} ${name} '${text}' is no number from ${least} to ${most}.`, {
    fix: `Write one as in ${name} ${least}.`,
  })
}
