// Objects from short texts, as the API server of v1.35 has them before it validates, and what it says of them.
import { strict as assert } from 'node:assert'
import { fieldErrorText } from '../../src/apply/field-error'
import { decodeRequest } from '../../src/apply/request'
import { validateCreate } from '../../src/apply/validate'

const API: Readonly<Record<string, string>> = {
  Pod: 'v1',
  Endpoints: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Node: 'v1',
  ConfigMap: 'v1',
  Service: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  IPAddress: 'networking.k8s.io/v1',
  ServiceCIDR: 'networking.k8s.io/v1',
}

/** The object of a kind with this body (`spec: …`), decoded and defaulted. */
export function object(kind: string, body: string, metadata = 'name: x'): { readonly metadata?: object; readonly spec?: object } {
  const text = `apiVersion: ${API[kind] ?? 'apps/v1'}\nkind: ${kind}\nmetadata: {${metadata}}\n${body}\n`
  const [answer] = decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' })
  assert.ok(answer?.is === 'object', answer?.is === 'refused' ? answer.text : text)
  return answer.object
}
/** What the API server says when it is created. */
export const errors = (kind: string, body: string, metadata?: string): readonly string[] =>
  validateCreate(kind, object(kind, body, metadata)).map(e => fieldErrorText(e, 'v1.35'))
