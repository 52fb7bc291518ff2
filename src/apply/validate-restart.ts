// Validation of when a container is restarted: its own policy, rules by exit code, and what a change of its resources does.
import { duplicate, type FieldError, forbidden, invalid, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'

const POLICIES = ['Always', 'Never', 'OnFailure']
const MOST_RULES = 20
const MOST_EXIT_CODES = 255
const NEEDS_POLICY = 'must specify restartPolicy when restart rules are used'

/** The policy and rules of a container. */
export function validateRestart(path: Path, c: Loose): FieldError[] {
  const rules: Loose[] = c.restartPolicyRules ?? []
  const at = [...path, 'restartPolicy']
  const errors: FieldError[] = []
  if (c.restartPolicy === undefined) {
    if (rules.length === 0) return []
    errors.push(required(at, NEEDS_POLICY))
  } else if (!POLICIES.includes(c.restartPolicy)) errors.push(unsupported(at, c.restartPolicy, POLICIES))
  if (rules.length > MOST_RULES) errors.push(tooLong([...path, 'restartPolicyRules'], MOST_RULES))
  return [...errors, ...rules.flatMap((rule, i) => validateRule([...path, 'restartPolicyRules', i], rule))]
}

/** Those of an init container: one that always restarts has no rules. */
export function validateInitRestart(path: Path, c: Loose): FieldError[] {
  const rules: Loose[] = c.restartPolicyRules ?? []
  if (c.restartPolicy === undefined) return rules.length > 0 ? [required([...path, 'restartPolicy'], NEEDS_POLICY)] : []
  if (c.restartPolicy !== 'Always') return validateRestart(path, c)
  return rules.length > 0
    ? [forbidden([...path, 'restartPolicyRules'], 'restartPolicyRules are not allowed for init containers with restart policy Always')]
    : []
}

function validateRule(path: Path, rule: Loose): FieldError[] {
  const codes: Loose | undefined = rule.exitCodes
  const at = [...path, 'exitCodes']
  const errors = rule.action === 'Restart' ? [] : [unsupported([...path, 'action'], rule.action ?? '', ['Restart'])]
  if (codes === undefined) return [...errors, required(at, 'must be specified')]
  const operators = ['In', 'NotIn']
  if (!operators.includes(codes.operator)) errors.push(unsupported([...at, 'operator'], codes.operator ?? '', operators))
  if (codes.values?.length > MOST_EXIT_CODES) errors.push(tooLong([...at, 'values'], MOST_EXIT_CODES))
  return errors
}

/** The list's path stands for the item, but for one that is there twice. */
export function validateResize(path: Path, policies: readonly Loose[], restartPolicy: string | undefined): FieldError[] {
  const seen = new Set<string>()
  return policies.flatMap((policy, i) => {
    const [resource, restart]: readonly string[] = [policy.resourceName ?? '', policy.restartPolicy ?? '']
    const errors = seen.has(resource!) ? [duplicate([...path, i], resource)] : []
    seen.add(resource!)
    const word = (value: string, words: readonly string[]): FieldError[] =>
      value === '' ? [required(path)] : words.includes(value) ? [] : [unsupported(path, value, words)]
    errors.push(...word(resource!, ['cpu', 'memory']), ...word(restart!, ['NotRequired', 'RestartContainer']))
    if (restartPolicy === 'Never' && restart !== 'NotRequired')
      errors.push(invalid(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    return errors
  })
}
