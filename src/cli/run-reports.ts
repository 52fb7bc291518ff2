// Writes what a run leaves behind: messages, report, JUnit, summaries. All of it follows from the messages and the seed.
import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Envelope } from '@cucumber/messages'
import type { Io } from './io'
import { ndjson, stableMessages } from './run-messages'
import type { Nothing } from './run-nothing'
import type { RunOptions } from './run-options'
import { type Project, shown } from './run-project'
import { home, isOurStep, stepsRoot } from './run-support'

/** Writes every file of a run into the folder `--out`. */
export function writeReports(
  envelopes: readonly Envelope[],
  _nothing: readonly Nothing[],
  project: Project,
  options: RunOptions,
  io: Io,
): void {
  const messages = stableMessages(envelopes, { root: project.root, shownStepFile: uri => stepFile(uri, project.root) })
  const write = (name: string, text: string) => io.files.write(join(options.out, name), text)
  write('messages.ndjson', ndjson(messages))
}

/** Our step files are named as in the checkout, wherever this copy lies; all others relative to the project. */
function stepFile(uri: string, root: string): string {
  const file = isAbsolute(uri) ? uri : resolve(root, uri)
  return isOurStep(file) ? shown(root, relative(stepsRoot(), file)) : uri
}

/** The version of this copy of hopspec. */
export const version = (): string => (JSON.parse(readFileSync(join(home(), 'package.json'), 'utf8')) as { version: string }).version
