// The rows of `kubectl get`: the kind's columns, with the namespace before and labels behind them as asked.
import type { Kind, Kinds, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import type { State } from '../../cluster/state'
import { labelsText } from '../../control/selector'
import { type Arguments, isSet } from './arguments'
import { arranged, cellsOf, columnsOf } from './columns'
import { resourceName } from './resource'

export interface TableOptions {
  readonly args: Arguments
  readonly kind: Kind
  readonly wide: boolean
  /** Whether names carry their kind: `pod/web`. */
  readonly prefixed: boolean
}

const labelColumns = (args: Arguments): readonly string[] => (args.flags.get('label-columns') ?? []).flatMap(l => l.split(','))
const everywhere = ({ args, kind }: TableOptions): boolean => isSet(args, 'all-namespaces') && KINDS[kind].namespaced

/** The titles. */
export function headOf(state: State, options: TableOptions): readonly string[] {
  const columns = columnsOf(state, options.kind)
  return [
    ...(everywhere(options) ? ['NAMESPACE'] : []),
    ...arranged(columns, [...columns.head, ...columns.wide], options.wide),
    ...labelColumns(options.args).map(l => l.slice(l.lastIndexOf('/') + 1).toUpperCase()),
    ...(isSet(options.args, 'show-labels') ? ['LABELS'] : []),
  ]
}

/** The cells of one object. */
export function rowOf(state: State, options: TableOptions, object: KubeObject): readonly string[] {
  const { args, kind, prefixed } = options
  const { name, namespace, labels } = object.metadata
  const shown = prefixed ? `${resourceName(state, kind)}/${name}` : name
  const cells = cellsOf(state, kind, object as Kinds[typeof kind] as never, shown)
  return [
    ...(everywhere(options) ? [namespace ?? ''] : []),
    ...arranged(columnsOf(state, kind), cells, options.wide),
    ...labelColumns(args).map(l => labels?.[l] ?? ''),
    ...(isSet(args, 'show-labels') ? [labelsText(labels)] : []),
  ]
}
