// The three kinds of trouble, never mixed: the user's input is wrong (Problem, HopspecError), the packet is lost (a Fate, in trace/),
// or we are wrong (never(x), any other throw: exit code 4).

/** Where in the input something stands. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** One thing that is wrong in the input: what, where, and what to write instead. `code` has its row in docs/errors.md. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly place?: Place
  /** What to write instead, as a whole sentence. */
  readonly fix?: string
}

/** Every code of an input error, with the sentence that docs/errors.md begins its row with. */
export const ERRORS = {
  USAGE: 'the command line is wrong',
  FILE_NOT_FOUND: 'a file or folder that does not exist',
  FILE_TOO_LARGE: 'a file larger than hopspec reads',
  YAML_SYNTAX: 'text that is no YAML or JSON',
  YAML_DUPLICATE_KEY: 'one key twice in a mapping',
  YAML_ALIASES: 'more aliases than hopspec expands',
  YAML_TOO_DEEP: 'nesting deeper than hopspec follows',
  NOT_AN_OBJECT: 'a document that is no Kubernetes object',
  UNKNOWN_KIND: 'a kind that Kubernetes does not have',
  KIND_NOT_MODELLED: 'a kind that Kubernetes has and hopspec does not model',
  UNKNOWN_FIELD: 'a field that the kind does not have',
  WRONG_TYPE: 'a value of the wrong type',
  MISSING_FIELD: 'a required field is missing',
  INVALID_VALUE: 'a value that Kubernetes refuses',
  DUPLICATE_OBJECT: 'two objects of one kind, namespace and name',
  CONTRADICTION: 'two things of the input that cannot both be so',
  CLUSTER_INVALID: 'a Cluster document that contradicts itself',
  VERSION_UNKNOWN: 'a Kubernetes version without a profile',
  UNKNOWN_NAME: 'a name that nothing has',
  RULES_SYNTAX: 'text that the real tool would refuse',
  STEP_UNDEFINED: 'a step that no step definition matches',
  STEP_AMBIGUOUS: 'a step that several step definitions match',
  STEP_VALUE: 'a word in a step that is not what the step takes there',
  NOT_MODELLED: 'something that exists and hopspec does not model yet',
  REAL_UNAVAILABLE: 'the real dataplane cannot run on this machine',
  KERNEL_REFUSED: 'something that this machine’s kernel refused to set up',
} as const satisfies Record<string, string>
export type ErrorCode = keyof typeof ERRORS

/** The user's input is wrong. Holds every problem that was found, in the order of the input. */
export class HopspecError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'))
    this.name = 'HopspecError'
    this.problems = problems
  }
}

/** One problem as an error, for places where nothing else can be wrong at the same time. */
export function problem(code: ErrorCode, message: string, rest: { place?: Place; fix?: string } = {}): HopspecError {
  return new HopspecError([{ code, message, ...rest }])
}

/** `web.yaml:7:5: Service has no field 'target_port'. Did you mean 'targetPort'?` */
export function problemText(p: Problem): string {
  return `${p.place ? `${placeText(p.place)}: ` : ''}${p.message}${p.fix ? ` ${p.fix}` : ''}`
}

/** `warning: web.yaml:7:5: …`: something that is taken as it is. */
export const warningText = (p: Problem): string => `warning: ${problemText(p)}`

/** `file:line:column`, as far as known. */
export function placeText(place: Place): string {
  return [place.file, place.line, place.line === undefined ? undefined : place.column].filter(part => part !== undefined).join(':')
}

/** Ends the switch over a closed union: a new member does not compile, and reaching it at run time is a bug of ours. */
export function never(value: never): never {
  throw new Error(`not a case of its union: ${JSON.stringify(value)}`)
}
