// Secrets: what each type must hold, base64 as Go reads it, text over bytes, and what may not change.
import { describe, expect, test } from 'vitest'
import { fieldErrorText } from '../../src/apply/field-error'
import { goJsonError } from '../../src/apply/go-json-error'
import { decodeRequest } from '../../src/apply/request'
import { createWarnings, validateUpdate } from '../../src/apply/validate'
import { errors, object } from './decoded'

const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

describe('what a Secret of a type must hold', () => {
  for (const [body, says] of [
    ['type: kubernetes.io/tls', ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['type: kubernetes.io/dockerconfigjson', ['data[.dockerconfigjson]: Required value']],
    [
      'type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: "[]"}',
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    [
      'type: kubernetes.io/dockercfg\nstringData: {.dockercfg: user}',
      [`data[.dockercfg]: Invalid value: "<secret contents redacted>": invalid character 'u' looking for beginning of value`],
    ],
    ['type: kubernetes.io/basic-auth', ['data[username]: Required value', 'data[password]: Required value']],
    ['type: kubernetes.io/basic-auth\nstringData: {password: ""}', []],
    ['type: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: ""}', ['data[ssh-privatekey]: Required value']],
    ['type: kubernetes.io/service-account-token', ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
    ['type: example.com/own', []],
    ['data: {"a b": ""}', [`data[a b]: Invalid value: "a b": ${KEY_TEXT}`]],
  ] as const)
    test(body.replace('\n', ', '), () => expect(errors('Secret', body)).toEqual(says))
})

describe('base64', () => {
  const said = (data: string): string => {
    const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: ${JSON.stringify(data)}}\n`
    const [answer] = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' })
    return answer?.is === 'refused' ? answer.text.replace(/^.*cannot be handled as a Secret: /, '') : 'taken'
  }
  for (const [data, at] of [
    ['QUJ', 0],
    ['QUJD$', 4],
    ['Q=JD', 1],
    ['QU=D', 2],
    ['QUI=x', 4],
    ['QUJDRA=', 7],
    ['====', 0],
    ['hello world', 5],
    ['passwor', 4],
  ] as const)
    test(`${data} is wrong at byte ${at}`, () => expect(said(data)).toBe(`illegal base64 data at input byte ${at}`))

  for (const data of ['', 'QUJD', 'QUJDRA==', 'QUJD\nREVG', 'password'])
    test(`${JSON.stringify(data)} is sound`, () => expect(said(data)).toBe('taken'))
})

test('text lies over bytes, and lines are joined', () => {
  const { data, stringData, type } = object('Secret', 'data: {a: "QQ==", b: "QUJD\\nREVG"}\nstringData: {a: "ä"}') as never as {
    data: object
    stringData?: object
    type: string
  }
  expect([data, stringData, type]).toEqual([{ a: 'w6Q=', b: 'QUJDREVG' }, undefined, 'Opaque'])
})

test('a type never changes, and nothing where it is immutable', () => {
  const change = (before: string, after: string): readonly string[] =>
    validateUpdate('Secret', object('Secret', before), object('Secret', after)).map(e => fieldErrorText(e, 'v1.35'))
  expect(change('data: {a: ""}', 'type: x/y')).toEqual(['type: Invalid value: "x/y": field is immutable'])
  expect(change('immutable: true\ndata: {a: ""}', 'data: {a: "QQ=="}')).toEqual([
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
})

describe('a certificate and a key that are none', () => {
  const pem = (type: string): string => `-----BEGIN ${type}-----\nQUJD\n-----END ${type}-----\n`
  const warned = (crt: string, key: string): readonly string[] =>
    createWarnings(
      'Secret',
      object('Secret', `type: kubernetes.io/tls\nstringData: ${JSON.stringify({ 'tls.crt': crt, 'tls.key': key })}`),
      'v1.35',
    )
  for (const [what, crt, key, says] of [
    ['no PEM', 'x', 'y', 'tls: failed to find any PEM data in certificate input'],
    [
      'switched',
      pem('RSA PRIVATE KEY'),
      pem('CERTIFICATE'),
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'a certificate twice',
      pem('CERTIFICATE'),
      pem('CERTIFICATE'),
      'tls: found a certificate rather than a key in the PEM for the private key',
    ],
    ['no key', pem('CERTIFICATE'), '', 'tls: failed to find any PEM data in key input'],
  ] as const)
    test(what, () => expect(warned(crt, key)).toEqual([says]))

  test('a pair is not warned of', () => expect(warned(pem('CERTIFICATE'), pem('EC PRIVATE KEY'))).toEqual([]))
})

describe('a text that is no JSON object, in the words of Go', () => {
  for (const [text, says] of [
    ['', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{"a"}', "invalid character '}' after object key"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    [String.raw`{"a":"\x"}`, "invalid character 'x' in string escape code"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['true', 'json: cannot unmarshal bool into Go value of type map[string]interface {}'],
    ['null', undefined],
    ['{"a":[{"b":-1.5e3}]}', undefined],
  ] as const)
    test(text || 'nothing', () => expect(goJsonError(text)).toBe(says))

  test('a thousand levels are read, a hundred thousand are too deep', () => {
    expect(goJsonError('['.repeat(1000))).toBe('unexpected end of JSON input')
    expect(goJsonError('['.repeat(100_000))).toBe('exceeded max depth')
  })
})
