// `hopspec help` and `hopspec --version`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problem } from '../error'
import { nearest } from '../cluster/nearest'
import { type Command, EXIT } from './io'
import { home } from './run-support'
import { USAGE } from './usage'

const HELP = `hopspec: unit testing for Kubernetes networking.

usage: hopspec SUBCOMMAND …

  run [FEATURE…]           run scenarios; writes reports/index.html and its neighbours
  trace --from … --to …    where packets go: every outcome, hop by hop
  dns NAME                 what a pod's resolver asks for a name, and what CoreDNS answers
  rules --node NODE        what kube-proxy, kubelet, docker and the CNI wrote on a node
  program                  a cluster's machines as a document: devices, routes, rules
  kubectl -- ARGUMENTS     kubectl over the settled cluster that the files describe
  apply, create            short for kubectl -- apply, kubectl -- create
  shell                    one cluster, many commands: kubectl, curl, dig, iptables-save, wait 30s
  clean                    removes what killed runs of the real dataplane left behind
  steps                    every step that a feature can use
  batch                    many command lines in one process, JSON lines in and out
  help [SUBCOMMAND], --version

Input is the same for all but run: -f FILE|DIR|- (again and again), -R for folders in folders, --ignore-kind KIND to leave objects of a kind out.
Exit codes: 0 good · 1 a check failed · 2 usage, features or manifests that cannot be read · 3 nothing was tested · 4 a bug of ours.
`

/** The subcommands in one screen; the usage of one of them, when it is named: `hopspec help trace`. */
export const help: Command = ([name], io) => {
  io.stdout(name === undefined ? HELP : `${usageOf(name)}\n\n\`hopspec help\` lists all subcommands.\n`)
  return EXIT.good
}

function usageOf(name: string): string {
  if (Object.hasOwn(USAGE, name)) return USAGE[name as keyof typeof USAGE]
  const near = nearest(name, Object.keys(USAGE))
  throw problem('USAGE', `there is no subcommand '${name}'.`, {
    fix: near === undefined ? '`hopspec help` lists them.' : `Did you mean '${near}'?`,
  })
}

/** The version of the package. */
export const version: Command = (_args, io) => {
  const { version: number } = JSON.parse(readFileSync(join(home(), 'package.json'), 'utf8')) as { version: string }
  io.stdout(`${number}\n`)
  return EXIT.good
}
