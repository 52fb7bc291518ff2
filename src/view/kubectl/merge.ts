// The three-way merge of `kubectl apply`: last applied, manifest, live object. Stands for strategicpatch with the patch keys of the modelled kinds.

type Json = unknown
type Obj = Readonly<Record<string, Json>>

/** Lists that are merged by a key of their items: by the path of the list, indices left out. Every other list is replaced. */
const MERGE_KEYS: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)(containers|initContainers|ephemeralContainers)$/, 'name'],
  [/ontainers\.ports$/, 'containerPort'],
  [/ontainers\.env$/, 'name'],
  [/ontainers\.volumeMounts$/, 'mountPath'],
  [/ontainers\.volumeDevices$/, 'devicePath'],
  [/(^|\.)volumes$/, 'name'],
  [/(^|\.)imagePullSecrets$/, 'name'],
  [/(^|\.)hostAliases$/, 'ip'],
  [/(^|\.)topologySpreadConstraints$/, 'topologyKey'],
  [/^spec\.ports$/, 'port'],
  [/^status\.conditions$/, 'type'],
  [/^metadata\.ownerReferences$/, 'uid'],
]

const isObject = (value: Json): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The live object with what the manifest says, without what the last manifest said and this one no longer does. */
export function mergedApply(original: Json, modified: Json, live: Json, path = ''): Json {
  if (isObject(modified)) {
    const before = isObject(original) ? original : {}
    const result: Record<string, Json> = isObject(live) ? { ...live } : {}
    for (const key of Object.keys(before)) if (modified[key] === undefined) delete result[key]
    for (const [key, value] of Object.entries(modified)) {
      if (value === null) delete result[key]
      else result[key] = mergedApply(before[key], value, result[key], path === '' ? key : `${path}.${key}`)
    }
    return result
  }
  const mergeKey = MERGE_KEYS.find(([pattern]) => pattern.test(path))?.[1]
  if (Array.isArray(modified) && Array.isArray(live) && mergeKey !== undefined) return mergedList(original, modified, live, mergeKey, path)
  return modified
}

function mergedList(original: Json, modified: readonly Json[], live: readonly Json[], mergeKey: string, path: string): Json {
  const keyOf = (item: Json) => (isObject(item) ? item[mergeKey] : undefined)
  const find = (list: Json, key: Json) => (Array.isArray(list) ? (list as readonly Json[]).find(item => keyOf(item) === key) : undefined)
  const merged = modified.map(item => mergedApply(find(original, keyOf(item)), item, find(live, keyOf(item)), path))
  const kept = live.filter(item => find(modified, keyOf(item)) === undefined && find(original, keyOf(item)) === undefined)
  return [...merged, ...kept]
}
