// The helper process, in Perl because perl-base is on every Debian: it runs inside a namespace of ours and enters only namespaces of the same run.
// It runs tools there, writes sysctls, listens, sends, captures packets, reads conntrack, and holds TUN devices as flanneld does. Requests and answers are lines; agent.ts speaks with it.
// What reaches port 53 it hands over to agent.ts, which answers.
// Perl's core has neither recvmsg nor setns: both go by their system call's number (x86_64, aarch64).
import { BEGINNING } from './agent-perl/beginning'
import { CAPTURE } from './agent-perl/capture'
import { CLIENTS } from './agent-perl/clients'
import { COMMANDS } from './agent-perl/commands'
import { CONNTRACK } from './agent-perl/conntrack'
import { LISTENERS } from './agent-perl/listeners'
import { MESSAGES } from './agent-perl/messages'
import { PROGRAMS } from './agent-perl/programs'
import { REQUESTS } from './agent-perl/requests'
import { SCTP } from './agent-perl/sctp'
import { SERVERS } from './agent-perl/servers'
import { TALLY } from './agent-perl/tally'
import { TUNNELS } from './agent-perl/tunnels'

/** The program's text, for `perl -e`. Its arguments: the run's prefix (`hopspec-…`), the pipe of requests, the pipe of answers. */
export const AGENT_PERL = [
  BEGINNING,
  COMMANDS,
  MESSAGES,
  LISTENERS,
  SCTP,
  TALLY,
  CAPTURE,
  TUNNELS,
  SERVERS,
  CLIENTS,
  PROGRAMS,
  CONNTRACK,
  REQUESTS,
].join('\n')
