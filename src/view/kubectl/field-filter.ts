// `--field-selector`: the few fields by which the API server lets one choose. Stands for each kind's GetAttrs.
import type { Kind, KubeObject } from '../../apply/object'
import { jsonPathValues } from './jsonpath'

type FieldFilter = (object: KubeObject) => boolean

/** Beside metadata.name and metadata.namespace. */
const FIELDS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
}

/** Reads `a=b,c!=d` for a kind; what is wrong with it otherwise. */
export function readFieldFilter(text: string, kind: Kind): FieldFilter | { readonly wrong: string } {
  const own = FIELDS[kind]
  const known = ['metadata.name', 'metadata.namespace', ...(own ?? [])]
  const parts: FieldFilter[] = []
  for (const part of text.split(',').filter(Boolean)) {
    const read = /^([^=!]+)(==|=|!=)(.*)$/.exec(part)
    if (read === null) return { wrong: `invalid selector: '${text}'; can't understand '${part}'` }
    const [, field = '', operator, value = ''] = read
    if (!known.includes(field))
      return {
        wrong:
          own === undefined
            ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
            : `field label not supported: ${field}`,
      }
    const held = (o: KubeObject): string => fieldValue(o, field)
    parts.push(o => (held(o) === value) === (operator !== '!='))
  }
  return o => parts.every(p => p(o))
}

function fieldValue(object: KubeObject, field: string): string {
  const value = jsonPathValues(`.${field}`, object)[0]
  if (value === undefined || value === null) return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : ''
  if (field === 'source') return (value as { component?: string }).component ?? ''
  return String(value)
}
