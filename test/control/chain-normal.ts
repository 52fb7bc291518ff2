// What differs from run to run, taken out of recorded and replayed answers alike.

/** The name of a pod that a quota kept from being stored. */
export const REJECTED = /(pods "\S+-)[a-z0-9]{5}(" is forbidden: exceeded)/g

/** A text without what differs from run to run: ages, times, uids, versions, generated names of ours. */
export function normal(text: string, names: ReadonlyMap<string, string> = new Map()): string {
  let out = text
  for (const [ours, theirs] of names) out = out.replaceAll(ours, theirs)
  return out
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>')
    .replace(/"?<time>"?/g, '<time>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/(resourceVersion: )"\d+"/g, '$1"N"')
    .replace(/(resourceVersion\\":\\")\d+/g, '$1N')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access-xxxxx')
    .replace(REJECTED, '$1<rnd>$2')
    .replace(/containerd:\/\/(<hex64>|[0-9a-f]{64})/g, 'containerd://<id>')
    .replace(/image: registry\.example\/(?:library\/)?(\S+?)(?::latest)?$/gm, 'image: $1')
    .replace(/imageID: \S*/g, 'imageID: <id>')
    .replace(/Image ID:[ \t]*\S*$/gm, 'Image ID: <id>')
    .replace(/^E(<mmdd>|\d{4}) (<time>|\S+) +(<pid>|\d+) /gm, 'E<mmdd> <time> <pid> ')
    .replace(/\b(?:[N\d]+[smhd])+\b/g, 'AGE')
    .replace(/\.(?:<hex16>|[0-9a-f]{16}\b)/g, '.<hex>')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .replace(/(?:\d+\.\d+\.\d+\.\d+(?::\d+)?,)+\d+\.\d+\.\d+\.\d+(?::\d+)?/g, list => list.split(',').sort().join())
    .replace(FEW_OF_A_SLICE, '$1<three> $2')
    .replace(ENDPOINTS_OF_A_SLICE, block =>
      block
        .split(/^(?= - [aA]ddresses:)/m)
        .sort()
        .join(''),
    )
    .replace(WAITED, '$1')
    .replace(WRITES_OF_A_SLICE, '$1N')
    .replace(/\n$/, '')
    .split(/\n\n\n/)
    .map(unordered)
    .sort()
    .join('\n\n\n')
}

/** How often a status is written on the way depends on the machine: `rollout status` says the same several times. */
const WAITED = /^(Waiting for .*\.\.\.\n)\1+/gm

/** Whether pods that change at about the same time cost a slice one write or several. */
const WRITES_OF_A_SLICE = /^((?: generateName: \S+-\n)? generation: )\d+(?=\n labels:\n endpointslice\.)/gm

/** A slice's endpoints come out of a map of Go, in any order: which three of them a table shows is chance. */
const FEW_OF_A_SLICE = /^((?:.* IPv[46] \S+|Endpoints:) )[\d.:,]+ (\+ \d+ more)/gm
const ENDPOINTS_OF_A_SLICE = /(?<=^ ?[eE]ndpoints:\n) - [aA]ddresses:(?:.*\n)*?(?= kind: EndpointSlice|kind: EndpointSlice|Events:)/gm

/** Random names sort as they fell: neighbouring lines (or items of a YAML list) with such names are compared in any order. */
function unordered(text: string): string {
  const list = /^([\s\S]*^items:\n)([\s\S]*\n)(kind: List[\s\S]*)$/m.exec(text)
  if (list === null) return sortedRuns(text)
  const [, head = '', items = '', tail = ''] = list
  return (
    head +
    items
      .split(/^(?=- )/m)
      .map(sortedRuns)
      .sort()
      .join('') +
    tail
  )
}

function sortedRuns(text: string): string {
  const out: string[] = []
  let run: string[] = []
  for (const line of text.split('\n')) {
    if (/-rnd\d\d/.test(line)) run.push(line)
    else {
      out.push(...run.sort(), line)
      run = []
    }
  }
  return [...out, ...run.sort()].join('\n')
}
