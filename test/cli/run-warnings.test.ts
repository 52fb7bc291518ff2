// The warnings that a run ends with: each once, though every scenario with objects of its own says it at another place.
import { strict as assert } from 'node:assert'
import type { Envelope } from '@cucumber/messages'
import { test } from 'vitest'
import { warningsText } from '../../src/cli/run-console'

const logged = (...bodies: readonly string[]): readonly Envelope[] =>
  bodies.map(body => ({ attachment: { body, mediaType: 'text/x.cucumber.log+plain' } }) as Envelope)
const policy = (line: number, what: string) =>
  `warning: a.feature:${line}:7: NetworkPolicy ${what} is held and shown, but cni flannel enforces no policies, and no packet is held up by it.`

test('what three scenarios say of policies of their own is told once, with the count', () =>
  assert.equal(
    warningsText(logged(policy(5, 'default/deny'), policy(25, 'default/deny'), policy(45, 'shop/allow (and 2 more)'))),
    `warnings:\n  ${policy(5, 'default/deny').slice('warning: '.length)} (and 2 more like it)\n`,
  ))

test('the same line of a Background is told once, without a count', () =>
  assert.equal(warningsText(logged(policy(5, 'default/deny'), policy(5, 'default/deny'))).match(/NetworkPolicy|more/g)?.length, 1))

test('different warnings stay apart, in their order', () =>
  assert.equal(
    warningsText(logged('warning: b.yaml:2: one thing.', 'something else', 'warning: b.yaml:1: another.')),
    'warnings:\n  b.yaml:2: one thing.\n  b.yaml:1: another.\n',
  ))
