// Objects from short texts, as the API server of v1.35 has them before it validates, and what it says of them.
import { strict as assert } from 'node:assert'
import { fieldErrorText } from '../../src/apply/field-error'
import { MODELLED } from '../../src/apply/kind'
import type { Kind } from '../../src/apply/object'
import { decodeRequest } from '../../src/apply/request'
import { validateCreate } from '../../src/apply/validate'

/** The object of a kind with this body (`spec: …`), decoded and defaulted. */
export function object(kind: string, body: string, metadata = 'name: x'): { readonly metadata?: object; readonly spec?: object } {
  const text = `apiVersion: ${MODELLED[kind as Kind].held}\nkind: ${kind}\nmetadata: {${metadata}}\n${body}\n`
  const [answer] = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' })
  assert.ok(answer?.is === 'object', answer?.is === 'refused' ? answer.text : text)
  return answer.object
}
/** What the API server says when it is created. */
export const errors = (kind: string, body: string, metadata?: string): readonly string[] =>
  validateCreate(kind, object(kind, body, metadata)).map(e => fieldErrorText(e, 'v1.35'))
