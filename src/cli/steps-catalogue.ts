// `hopspec steps`: every step of the step language, from its definitions, with an example from the shipped features. docs/steps.md is its output.
import { join } from 'node:path'
import { problem } from '../error'
import type { Command } from './io'
import { EXIT } from './io'
import { loadSteps, runMessages } from './run-cucumber'
import { indexRun, type RunIndex } from './run-index'
import { readRunOptions } from './run-options'
import { findProject } from './run-project'
import { home, isOurStep } from './run-support'

/** The headings of the catalogue, by the beginning of a step file's name. */
const PARTS = [
  { file: 'given-', title: 'Given: what is there' },
  { file: 'when-', title: 'When: what happens' },
  { file: 'then-', title: 'Then: what must be true' },
] as const

/** What the words in braces stand for; each is a parameter type of steps/words.ts. */
const WORDS: Readonly<Record<string, string>> = {
  chain: 'a chain of iptables: `chain "KUBE-SERVICES"`',
  client: 'a client outside the cluster: `client "laptop"`',
  component: '`kubelet`, `kube-proxy`, `flanneld` (on a node), `the scheduler`, `the endpointslice controller`, `the garbage collector`, …',
  duration: '`30 seconds`, `5 minutes`, `1.5 hours`',
  endpoint: 'an address with a port: `10.96.0.10:53`',
  fate: 'what became of a packet: `delivered`, `refused`, `rejected`, `dropped`, `no-route`, …: docs/fates.md',
  fraction: 'a share, compared within 1e-4: `1/3`, `33.3 %`, `0.25`',
  int: 'a whole number',
  ip: 'an address: `10.244.1.2`',
  node: '`node "master"`',
  place: 'who sends: `pod "web-a"`, `node "master"`, `client "laptop"`, `an external client`, or an address',
  pod: '`pod "web-a"`, in another namespace `pod "shop/web-a"`',
  port: 'a port, 1 to 65535',
  protocol: '`tcp`, `udp`, `sctp`, `icmp`',
  rcode: 'what a name server says: `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`',
  recordType: 'a type of DNS records: `A`, `AAAA`, `SRV`, `PTR`, `CNAME`, `TXT`, `SOA`, `NS`, `ANY`',
  resolver: '`glibc`, `musl`, `busybox`',
  service: '`service "web"`, in another namespace `service "shop/web"`',
  string: 'a text in quotes',
  url: '`http://192.168.1.200:31298/`, or a bare address as curl takes it',
  workload: '`deployment "web"`, `replicaset "web-1"`, `replicationcontroller "web"`',
}

/** Prints the catalogue of our own steps as Markdown. */
export const steps: Command = async (args, io) => {
  if (args.length > 0) throw problem('USAGE', `hopspec steps takes no arguments, but got '${args.join(' ')}'.`)
  const project = findProject(io.files, home(), [join(home(), 'features')])
  const loaded = await loadSteps({ ...project, steps: [] })
  const index = indexRun(
    await runMessages(
      project,
      loaded,
      readRunOptions([], () => new Date(0)),
      true,
    ),
  )
  io.stdout(catalogue(index))
  return EXIT.good
}

/** The catalogue: parameter types, then every step in the order of its file. */
export function catalogue(index: RunIndex): string {
  const examples = new Map<string, string>()
  for (const step of index.cases.flatMap(c => c.steps))
    for (const d of step.definitions) if (!examples.has(d.id)) examples.set(d.id, `${step.keyword.trim()} ${step.pickleStep.text}`)
  const ours = index.definitions.filter(d => isOurStep(join(home(), d.sourceReference.uri ?? '')))
  const used = new Set(ours.flatMap(d => [...d.pattern.source.matchAll(/\{(\w+)\}/g)].map(m => m[1]!)))
  const words = [...used].sort().map(w => `| \`{${w}}\` | ${WORDS[w] ?? wordless(w)} |`)
  const parts = PARTS.map(part => {
    const rows = ours
      .filter(d => (d.sourceReference.uri ?? '').includes(`/${part.file}`))
      .map(d => `- \`${d.pattern.source}\`${examples.has(d.id) ? `\n  \`\`\`gherkin\n  ${examples.get(d.id)}\n  \`\`\`` : ''}`)
    return `## ${part.title}\n\n${rows.join('\n')}\n`
  })
  return [HEAD, '## The words in braces', '', '| word | means |', '|---|---|', ...words, '', ...parts].join('\n')
}

const HEAD = `# Steps

Every step of hopspec, generated from the step definitions: \`npx hopspec steps > docs/steps.md\`. \`(s)\` may be left out, \`a/b\` is either word.
A step that ends with a colon takes a table or a doc string.
`

function wordless(word: string): string {
  throw new Error(`the parameter type {${word}} has no row in the step catalogue`)
}
