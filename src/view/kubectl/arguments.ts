// kubectl's command line: a verb, words, flags anywhere. Stands for cobra and pflag.

export interface Arguments {
  readonly verb: string
  readonly words: readonly string[]
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** What stands behind `--`. */
  readonly rest?: readonly string[]
}

/** Flags of every command that change nothing here: who asks, and how. */
const IGNORED_VALUED =
  'v as as-group as-uid as-user-extra cache-dir certificate-authority client-certificate client-key kuberc log-flush-frequency password profile profile-output tls-server-name username vmodule chunk-size'.split(
    ' ',
  )
const IGNORED_BARE =
  'insecure-skip-tls-verify match-server-version disable-compression warnings-as-errors server-print allow-missing-template-keys quiet'.split(
    ' ',
  )

/** Flags that kubectl has and that are refused by name. */
const UNMODELLED = new Set(
  'help kustomize prune prune-allowlist applyset openapi-patch overrides override-type limits requests raw secret append-hash pod-selector attach leave-stdin-open'.split(
    ' ',
  ),
)

/** Flags that take a value, by long name, with their letters. */
const VALUED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(IGNORED_VALUED.map(name => [name, name === 'v' ? 'v' : ''])),
  namespace: 'n',
  filename: 'f',
  output: 'o',
  selector: 'l',
  replicas: '',
  'current-replicas': '',
  'field-selector': '',
  'sort-by': '',
  'label-columns': 'L',
  'grace-period': '',
  timeout: '',
  'resource-version': '',
  'request-timeout': '',
  'field-manager': '',
  context: '',
  cluster: '',
  user: '',
  kubeconfig: '',
  server: 's',
  token: '',
  type: '',
  patch: 'p',
  'patch-file': '',
  subresource: '',
  for: '',
  revision: '',
  'to-revision': '',
  image: '',
  'image-pull-policy': '',
  annotations: '',
  schedule: '',
  from: '',
  port: '',
  'target-port': '',
  protocol: '',
  name: '',
  labels: '',
  env: '',
  restart: '',
  'external-ip': '',
  'cluster-ip': '',
  'session-affinity': '',
  tcp: '',
  'node-port': '',
  clusterip: '',
  'external-name': '',
  'from-literal': '',
  'min-available': '',
  'max-unavailable': '',
  value: '',
  description: '',
  'preemption-policy': '',
  'from-file': '',
  'from-env-file': '',
  cert: '',
  key: '',
  'docker-server': '',
  'docker-username': '',
  'docker-password': '',
  'docker-email': '',
  hard: '',
  scopes: '',
  types: '',
  'api-group': '',
  template: '',
}
/** Flags that stand alone; with `=` they take a value. */
const BARE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(IGNORED_BARE.map(name => [name, name === 'quiet' ? 'q' : ''])),
  'global-default': '',
  'all-namespaces': 'A',
  'show-labels': '',
  'no-headers': '',
  'show-kind': '',
  watch: 'w',
  all: '',
  list: '',
  cascade: '',
  force: '',
  wait: '',
  validate: '',
  'dry-run': '',
  'server-side': '',
  'force-conflicts': '',
  recursive: 'R',
  'ignore-not-found': '',
  'save-config': '',
  record: '',
  now: '',
  'show-events': '',
  overwrite: '',
  client: '',
  short: '',
  'watch-only': '',
  'ignore-daemonsets': '',
  'delete-emptydir-data': '',
  'disable-eviction': '',
  local: '',
  namespaced: '',
  command: '',
  'show-managed-fields': '',
  'output-watch-events': '',
  expose: '',
  privileged: '',
  rm: '',
  stdin: 'i',
  tty: 't',
}
const BY_LETTER = new Map(Object.entries({ ...VALUED, ...BARE }).flatMap(([name, letter]) => (letter === '' ? [] : [[letter, name]])))

/** `-it`: the flags that several letters in one word stand for; undefined where one of them is none that stands alone. */
function bareLetters(word: string): readonly string[] | undefined {
  if (!/^-\w{2,}$/.test(word)) return undefined
  const names = [...word.slice(1)].map(letter => BY_LETTER.get(letter) ?? '')
  return names.every(name => Object.hasOwn(BARE, name)) ? names : undefined
}

/** The words that are neither flags nor the values of known ones. */
export const plainWords = (argv: readonly string[]): readonly string[] =>
  argv.filter((word, i) => !word.startsWith('-') && !takesValue(argv[i - 1]))

function takesValue(word: string | undefined): boolean {
  const [, long, letter] = /^(?:--([^=]+)|-(\w))$/.exec(word ?? '') ?? []
  return Object.hasOwn(VALUED, long ?? BY_LETTER.get(letter ?? '') ?? '')
}

/** Reads the words after `kubectl`; the text of the complaint when a flag is unknown or lacks its value. */
export function readArguments(argv: readonly string[]): Arguments | { readonly wrong: string } {
  const flags = new Map<string, string[]>()
  const words: string[] = []
  const note = (name: string, value: string) => flags.set(name, [...(flags.get(name) ?? []), value])
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') {
      const [verb = '', ...before] = words
      return { verb, words: before, flags, rest: argv.slice(i + 1) }
    }
    if (word === '-' || !word.startsWith('-')) {
      words.push(word)
      continue
    }
    const letters = bareLetters(word)
    if (letters !== undefined) {
      for (const name of letters) note(name, 'true')
      continue
    }
    const parts = /^(?:--([^=]+)(?:=(.*))?|-(\w)(=?)(.*))$/s.exec(word)
    if (parts === null) return { wrong: `error: bad flag syntax: ${word}\nSee 'kubectl ${words[0] ?? ''} --help' for usage.` }
    const name = parts[1] ?? BY_LETTER.get(parts[3]!)
    if (UNMODELLED.has(name ?? '') || /^[hk]$/.test(parts[3] ?? ''))
      return { wrong: `hopspec: kubectl ${words[0] ?? ''} ${word.replace(/=.*/s, '')} is not modelled.` }
    if (name === undefined || !(Object.hasOwn(VALUED, name) || Object.hasOwn(BARE, name))) {
      const verb = words[0] ?? ''
      const flag = parts[1] === undefined ? `unknown shorthand flag: '${parts[3]}' in ${word}` : `unknown flag: --${parts[1]}`
      return { wrong: `error: ${flag}\nSee 'kubectl ${verb} --help' for usage.` }
    }
    const attached = parts[1] === undefined ? (parts[5] === '' && parts[4] === '' ? undefined : parts[5]) : parts[2]
    if (Object.hasOwn(BARE, name)) {
      note(name, attached ?? 'true')
      continue
    }
    const value = attached ?? argv[++i]
    if (value === undefined)
      return {
        wrong: `error: flag needs an argument: ${parts[1] === undefined ? `'${parts[3]}' in ${word}` : word}\nSee 'kubectl ${words[0] ?? ''} --help' for usage.`,
      }
    note(name, value)
  }
  const [verb = '', ...rest] = words
  return { verb, words: rest, flags }
}

/** The last value of a flag. */
export const flag = (args: Arguments, name: string): string | undefined => args.flags.get(name)?.at(-1)

/** Whether a flag is set and not `false`. */
export const isSet = (args: Arguments, name: string): boolean => {
  const value = flag(args, name)
  return value !== undefined && value !== 'false'
}
