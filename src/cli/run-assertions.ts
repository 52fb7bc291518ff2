// Counts the assertions that users' own steps make with node:assert and chai, so that a Then that compares nothing is noticed. Only counts; changes no outcome.

let made = 0

/** Assertions made in this process so far; steps run one after another, so differences belong to one step. */
export const assertionsMade = (): number => made

const ASSERT = new Set(['assert', 'node:assert', 'assert/strict', 'node:assert/strict'])
const known = new WeakMap<object, object>()

/** The module as a step file gets it: assertion modules count their calls, all others are themselves. */
export function counted(request: string, exports: unknown): unknown {
  if (ASSERT.has(request)) return counting(exports as object)
  if (request === 'chai') countChai(exports as ChaiModule)
  return exports
}

function counting<T extends object>(target: T): T {
  const before = known.get(target)
  if (before !== undefined) return before as T
  const proxy = new Proxy(target, {
    apply(fn, self, args) {
      made++
      return Reflect.apply(fn as never, self, args)
    },
    get(object, name) {
      const value = Reflect.get(object, name) as unknown
      return typeof value === 'function' && name !== 'AssertionError' && name !== 'CallTracker' ? counting(value) : value
    },
  })
  known.set(target, proxy)
  return proxy
}

interface ChaiModule {
  readonly Assertion?: { readonly prototype: { assert(...args: unknown[]): unknown } }
}

function countChai(chai: ChaiModule): void {
  const prototype = chai.Assertion?.prototype
  if (prototype === undefined || known.has(prototype)) return
  known.set(prototype, prototype)
  const assert = prototype.assert
  prototype.assert = function (...args) {
    made++
    return assert.apply(this, args)
  }
}
