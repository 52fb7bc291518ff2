// A resolver's questions on the kernel: the bytes that libc sends, from the namespace where it runs, to its name servers; and what answers them there.
// In: a question with its server, transport and socket. Out: the request that carries it, and the answer that is read from what came back.
import { familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { readAnswer, readQuery } from '../dns/read-wire'
import type { Answer, Question } from '../dns/record'
import type { Query } from '../dns/query'
import { answerBytes, questionBytes } from '../dns/wire'
import type { Request } from '../path/client'
import type { Asked } from './agent'
import type { Carried, RealExchange } from './observed'

/** What the name server of a namespace says; undefined where none runs. `at` and `client` as its socket sees them. */
export type NameServer = (
  namespace: string,
  question: Question,
  seen: { readonly at: Ip; readonly client: Ip; readonly transport: Asked['transport'] },
) => Answer | undefined

/** A question as a request: its packets and the bytes in them. */
interface Questioning {
  readonly request: Request
  readonly bytes: Uint8Array
  /** The name of its socket; a TCP connection carries one question. */
  readonly socket?: string
}

/** The port of a resolver's first socket; each further one has the next. */
const FIRST_PORT = 38_053
const DNS_PORT = 53
const HEADERS = { ipv4: 28, ipv6: 48 } as const

/** The request that carries a question; undefined where the name cannot be written as bytes. */
export function questioning(namespace: string, { question, server, transport, socket }: Omit<Query, 'reply'>): Questioning | undefined {
  const bytes = questionBytes(socket + 1, question)
  if (bytes === undefined) return undefined
  const request = {
    namespace,
    protocol: transport,
    destination: server,
    destinationPort: DNS_PORT,
    sourcePort: FIRST_PORT + socket,
    ...(transport === 'udp' && { lengthBytes: HEADERS[familyOf(server)] + bytes.length }),
  }
  return { request, bytes, ...(transport === 'udp' && { socket: `${socket} ${ipText(server)}` }) }
}

/** The answer that came to it; undefined where nothing came, or something that a resolver takes for none. */
export function answerIn({ request, bytes }: Questioning, { data }: RealExchange): Omit<Answer, 'because'> | undefined {
  const asked = readQuery(bytes)!
  const message = data && readAnswer(request.protocol === 'tcp' ? data.subarray(2) : data)
  return message?.id === asked.id && message.question.type === asked.question.type ? message.answer : undefined
}

/** A name server at the other end of the helper's pipes; questions whose answer cannot be written as bytes go to `unwritten`. */
export function served(server: NameServer, unwritten: (question: Question) => void): Carried['answering'] {
  return ({ namespace, transport, at, client, bytes }) => {
    const asked = readQuery(bytes)
    const [own, peer] = [readIp(at), readIp(client)]
    if (asked === undefined || own === undefined || peer === undefined) return undefined
    const answer = server(namespace, asked.question, { at: own, client: peer, transport })
    if (answer === undefined) return undefined
    const written = answerBytes(asked.id, asked.question, answer)
    if (written === undefined) unwritten(asked.question)
    return written
  }
}
