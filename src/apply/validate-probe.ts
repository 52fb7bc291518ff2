// Validation of probes and lifecycle hooks.
import { type FieldError, forbidden, invalid, required } from './field-error'
import type { Loose } from './loose'
import { httpHeaderName, nonNegative, portNumber } from './names'
import type { Path } from './path'
import { oneOf, ruled } from './validate-meta'
import { validatePortOrName } from './validate-service'

type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe'
const SECONDS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const

/** One probe, if there is one. */
export function validateProbe(path: Path, probe: Loose | undefined, name: ProbeName, graceSeconds: number | undefined): FieldError[] {
  if (probe === undefined) return []
  const errors = validateHandlers(path, probe, graceSeconds)
  for (const field of SECONDS) if (probe[field] < 0) errors.push(invalid([...path, field], probe[field], nonNegative))
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0) errors.push(invalid([...path, 'terminationGracePeriodSeconds'], grace, 'must be greater than 0'))
  if (name === 'readinessProbe') {
    if (grace !== undefined) errors.push(invalid([...path, 'terminationGracePeriodSeconds'], grace, 'must not be set for readinessProbes'))
  } else if (probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalid([...path, 'successThreshold'], probe.successThreshold, 'must be 1'))
  return errors
}

/** postStart and preStop. */
export function validateLifecycle(path: Path, lifecycle: Loose | undefined, graceSeconds: number | undefined): FieldError[] {
  return (['postStart', 'preStop'] as const).flatMap(hook =>
    lifecycle?.[hook] === undefined ? [] : validateHandlers([...path, hook], lifecycle[hook], graceSeconds),
  )
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

function validateHandlers(path: Path, of: Loose, graceSeconds: number | undefined): FieldError[] {
  const handlers = HANDLERS.filter(h => of[h] !== undefined)
  if (handlers.length === 0) return [required(path, 'must specify a handler type')]
  return handlers.flatMap((handler, i) =>
    i > 0
      ? [forbidden([...path, handler], 'may not specify more than 1 handler type')]
      : validateHandler([...path, handler], handler, of[handler], graceSeconds),
  )
}

function validateHandler(path: Path, kind: (typeof HANDLERS)[number], handler: Loose, graceSeconds: number | undefined): FieldError[] {
  switch (kind) {
    case 'exec':
      return handler.command?.length > 0 ? [] : [required([...path, 'command'])]
    case 'grpc':
      return portNumber(handler.port ?? 0).map(d => invalid([...path, 'port'], handler.port ?? 0, d))
    case 'sleep': {
      const seconds = handler.seconds ?? 0
      if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return []
      return [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)]
    }
    case 'tcpSocket':
      return validatePortOrName([...path, 'port'], handler.port)
    case 'httpGet':
      return [
        ...(handler.path ? [] : [required([...path, 'path'])]),
        ...validatePortOrName([...path, 'port'], handler.port),
        ...oneOf([...path, 'scheme'], handler.scheme, ['HTTP', 'HTTPS']),
        ...(handler.httpHeaders ?? []).flatMap((h: Loose) => ruled([...path, 'httpHeaders'], h.name ?? '', httpHeaderName)),
      ]
  }
}
