// Writes what a run leaves behind: messages, report, JUnit, summaries. All of it follows from the messages and the seed.
import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Envelope } from '@cucumber/messages'
import { junitXml } from '../view/junit'
import type { RunFacts } from '../view/report/facts'
import { TOPOLOGY, type TopologyJson } from '../view/report/probe'
import { renderReport } from '../view/report/render'
import { summaryMarkdown, summaryYaml } from '../view/summary'
import type { Io } from './io'
import { jobSummary } from './run-ci'
import { ndjson, stableMessages, withoutEmptyPasses } from './run-messages'
import type { Nothing } from './nothing'
import type { RunOptions } from './run-options'
import { type Project, shown } from './run-project'
import { home, isOurStep, stepsRoot } from './run-support'

/** Writes every file of a run into the folder `--out`; the Markdown summary also goes to CI. */
export function writeReports(
  envelopes: readonly Envelope[],
  nothing: readonly Nothing[],
  project: Project,
  options: RunOptions,
  io: Io,
): void {
  const messages = stableMessages(withoutEmptyPasses(envelopes, nothing), {
    root: project.root,
    shownStepFile: uri => stepFile(uri, project.root),
  })
  const facts = factsOf(messages, options)
  const write = (name: string, text: string) => io.files.write(join(options.out, name), text)
  const markdown = summaryMarkdown(messages, facts)
  write('messages.ndjson', ndjson(messages))
  write('index.html', renderReport(messages, facts))
  write('junit.xml', junitXml(messages, facts))
  write('summary.yaml', summaryYaml(messages, facts))
  write('summary.md', markdown)
  jobSummary(markdown, io)
}

/** What the scenarios say of their clusters; `several` where they differ. */
function factsOf(messages: readonly Envelope[], options: RunOptions): RunFacts {
  const bodies = messages.flatMap(m => (m.attachment?.mediaType === TOPOLOGY ? [m.attachment.body] : []))
  const topologies = [...new Set(bodies)].map(body => JSON.parse(body) as TopologyJson)
  const one = (values: readonly string[]): string => [...new Set(values)].sort().join(', ') || 'none'
  return {
    seed: options.seed,
    version: one(topologies.map(t => t.version)),
    proxyMode: one(topologies.map(t => t.proxyMode)),
    cni: one(topologies.map(t => t.cni)),
    hopspecVersion: version(),
    dataplane: options.dataplane,
    ...(options.stamp === null ? {} : { stamp: options.stamp }),
  }
}

/** Our step files are named as in the checkout, wherever this copy lies; all others relative to the project. */
function stepFile(uri: string, root: string): string {
  const file = isAbsolute(uri) ? uri : resolve(root, uri)
  return isOurStep(file) ? shown(root, relative(stepsRoot(), file)) : uri
}

/** The version of this copy of hopspec. */
export const version = (): string => (JSON.parse(readFileSync(join(home(), 'package.json'), 'utf8')) as { version: string }).version
