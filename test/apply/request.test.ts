// Text that is no manifest, or an odd one, and what kubectl makes of it. Each answer was held against kubectl and an API server of v1.35.4.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { decodeRequest } from '../../src/apply/request'
import type { RequestOptions } from '../../src/apply/request-options'

const service = (ports = '[{port: 80}]', meta = 'name: web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {${meta}}\nspec:\n  ports: ${ports}\n`

/** The refusals, or `created` for each manifest that is taken. */
function answers(text: string, options: Partial<RequestOptions> = {}): readonly string[] {
  const made = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'apply', ...options })
  return made.map(a => (a.is === 'refused' ? a.text : 'created'))
}

const PARSING = 'error: error parsing f.yaml: '
const INVALID =
  'error: error validating "f.yaml": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false'
const TO_VERSION = 'to proper version: unable to convert unstructured object to /v1, Kind=Service: '
const NEW = `Error from server: failed to convert new object (default/web; /v1, Kind=Service) ${TO_VERSION}`

describe('kubectl makes of', () => {
  const rows: readonly (readonly [string, string, readonly string[], Partial<RequestOptions>?])[] = [
    ['nothing: nothing', '', []],
    ['a comment and two dashes: nothing', '# a\n---\n---\n', []],
    ['null: nothing', 'null\n', []],
    ['a word: no object', 'hello\n', [INVALID]],
    ['a list: no object', '- a\n', [INVALID]],
    [
      'a number without validation: nothing that Go decodes',
      '42\n',
      ['error: unable to decode "f.yaml": json: cannot unmarshal number into Go value of type unstructured.detector'],
      { validate: 'ignore' },
    ],
    ['JSON that ends early: an end of file', '{"apiVersion":"v1","kind":"Service"', [`${PARSING}unexpected EOF`]],
    ['infinity: no JSON', service('[{port: .inf}]'), [`${PARSING}error converting YAML to JSON: json: unsupported value: +Inf`]],
    [
      'YAML 1.2: another language',
      `%YAML 1.2\n---\n${service()}`,
      [`${PARSING}error converting YAML to JSON: yaml: found incompatible YAML document`],
    ],
    ['two documents with dots between them: the first', `${service()}...\n${service()}`, ['created']],
    ['a quoted number with a tag: a number', service('[{port: !!int "80"}]'), ['created']],
    ['an empty item of a list: an empty object', service('\n  -'), ['created']],
    [
      'a kind that is a list: no kind',
      'apiVersion: v1\nkind: [Service]\n',
      [`error: unable to decode "f.yaml": Object 'Kind' is missing in '{"apiVersion":"v1","kind":["Service"]}'`],
      { validate: 'ignore' },
    ],
  ]
  for (const [name, text, says, options] of rows) test(name, () => assert.deepEqual(answers(text, options), says))
})

describe('server-side apply', () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['wants a name', service('[{port: 80}]', ''), ['error: resource name may not be empty']],
    ['takes a port without a number for port 0', service('[{name: a}]'), ['created']],
    [
      'takes no empty item',
      service('\n  -'),
      [
        'Error from server: failed to create typed patch object (default/web; /v1, Kind=Service): .spec.ports: element 0: associative list with keys may not have a null element',
      ],
    ],
    ['converts no fraction', service('[{port: 80.5}]'), [`${NEW}cannot convert float64 to int32`]],
    [
      'converts no truth into a port',
      service('[{port: 80, targetPort: true}]'),
      [`${NEW}json: cannot unmarshal bool into Go value of type int32`],
    ],
    [
      'takes nobody else’s managed fields',
      service('[{port: 80}]', 'name: web, managedFields: [{manager: a}]'),
      ['Error from server (BadRequest): metadata.managedFields must be nil'],
    ],
  ]
  for (const [name, text, says] of rows) test(name, () => assert.deepEqual(answers(text, { fields: 'typed' }), says))
})
