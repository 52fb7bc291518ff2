// Directives of a Corefile as plugins: kubernetes, hosts, forward, cache, autopath. Words as CoreDNS 1.14 takes them; those of old releases that did nothing since are passed over.
import type { LabelSelector } from '../apply/object'
import type { Directive, Word } from './corefile-tree'
import { readHosts } from './hosts-lines'
import { isReverse } from './reverse'
import { type Reader, zonesIn } from './reader'
import type { AutopathPlugin, CachePlugin, ForwardPlugin, HostsPlugin, KubernetesPlugin } from './plugin'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const POD_MODES = ['disabled', 'insecure', 'verified'] as const
/** How it reaches the API server: the same names whichever way. */
const K8S_CONNECTION = [
  'endpoint',
  'tls',
  'kubeconfig',
  'upstream',
  'resyncperiod',
  'transfer',
  'startup_timeout',
  'apiserver_qps',
  'apiserver_burst',
  'apiserver_max_inflight',
]
const K8S_WORDS = ['pods', 'ttl', 'fallthrough', 'namespaces', 'labels', 'namespace_labels', 'ignore', 'endpoint_pod_names', 'noendpoints']

export function readKubernetes(reader: Reader, directive: Directive): readonly KubernetesPlugin[] {
  const plugin: Mutable<KubernetesPlugin> = {
    plugin: 'kubernetes',
    zones: reader.zonesOf(reader.args(directive)),
    pods: 'disabled',
    ttl: 5,
    fallthrough: null,
    namespaces: null,
    labels: null,
    namespaceLabels: null,
    ignoreEmptyService: false,
    endpointPodNames: false,
    endpoints: true,
  }
  if (plugin.zones.every(isReverse))
    reader.wrong(directive, 'kubernetes needs a zone that is not reverse.', 'Write kubernetes cluster.local.')
  for (const line of directive.block) readKubernetesLine(reader, plugin, line)
  if (plugin.namespaces && plugin.namespaceLabels)
    reader.wrong(directive, 'namespaces and namespace_labels cannot both be set.', 'Take one of them out.')
  return [plugin]
}

function readKubernetesLine(reader: Reader, plugin: Mutable<KubernetesPlugin>, line: Directive): void {
  const args = reader.args(line)
  const name = line.words[0]!.text
  switch (name) {
    case 'pods': {
      const mode = POD_MODES.find(m => m === args[0]?.text)
      if (mode === undefined) reader.wrong(line, `'pods' takes ${POD_MODES.join(', ')}.`, 'Write pods insecure.')
      else plugin.pods = mode
      return
    }
    case 'ttl':
      plugin.ttl = reader.number(line, args[0], 0, 3600)
      return
    case 'fallthrough':
      plugin.fallthrough = reader.fallthrough(line)
      return
    case 'namespaces':
      if (args.length === 0) reader.wrong(line, "'namespaces' needs names.", 'Write namespaces default.')
      plugin.namespaces = args.map(a => a.text)
      return
    case 'labels':
      plugin.labels = readSelector(reader, line, args)
      return
    case 'namespace_labels':
      plugin.namespaceLabels = readSelector(reader, line, args)
      return
    case 'ignore':
      if (args[0]?.text === 'empty_service') plugin.ignoreEmptyService = true
      else reader.wrong(line, "'ignore' takes empty_service.", 'Write ignore empty_service.')
      return
    case 'endpoint_pod_names':
      plugin.endpointPodNames = true
      return
    case 'noendpoints':
      plugin.endpoints = false
      return
    default:
      if (!K8S_CONNECTION.includes(name)) reader.unknownLine('kubernetes', line, ['multicluster'], K8S_WORDS)
  }
}

/** `app=web,tier in (a, b),!old`: a label selector in one line. */
function readSelector(reader: Reader, line: Directive, args: readonly Word[]): LabelSelector {
  const text = args.map(a => a.text).join(' ')
  const matchLabels: Record<string, string> = {}
  const matchExpressions: NonNullable<LabelSelector['matchExpressions']>[number][] = []
  for (const part of text.split(/,(?![^(]*\))/).map(p => p.trim())) {
    const equal = /^([^\s=!,()]+)\s*==?\s*([^\s=!,()]*)$/.exec(part)
    const differs = /^([^\s=!,()]+)\s*!=\s*([^\s=!,()]*)$/.exec(part)
    const set = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part)
    const bare = /^(!?)([^\s=!,()]+)$/.exec(part)
    if (equal) matchLabels[equal[1]!] = equal[2]!
    else if (differs) matchExpressions.push({ key: differs[1]!, operator: 'NotIn', values: [differs[2]!] })
    else if (set)
      matchExpressions.push({ key: set[1]!, operator: set[2] === 'in' ? 'In' : 'NotIn', values: set[3]!.split(',').map(v => v.trim()) })
    else if (bare) matchExpressions.push({ key: bare[2]!, operator: bare[1] === '!' ? 'DoesNotExist' : 'Exists' })
    else reader.wrong(line, `'${part}' is no label selector.`, 'Write app=web.')
  }
  return { matchLabels, matchExpressions }
}

/** What a container's /etc/hosts has whatever else it has. */
const IN_ANY_HOSTS = '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback'
const HOSTS_WORDS = ['ttl', 'no_reverse', 'reload', 'fallthrough']

export function readHostsPlugin(reader: Reader, directive: Directive): readonly HostsPlugin[] {
  const [file, ...zones] = reader.args(directive)
  if (file && file.text !== '/etc/hosts')
    reader.refuse(file, `hosts: hopspec cannot read ${file.text} of the DNS server.`, 'Write its lines in the braces.')
  const plugin: Mutable<HostsPlugin> = {
    plugin: 'hosts',
    zones: reader.zonesOf(zones),
    lines: readHosts(IN_ANY_HOSTS),
    ttl: 3600,
    reverse: true,
    fallthrough: null,
  }
  for (const line of directive.block) {
    const [first, ...rest] = line.words
    const entry = readHosts([first!, ...rest].map(w => w.text).join(' '))
    if (entry.length > 0) plugin.lines = [...plugin.lines, ...entry]
    else if (first!.text === 'ttl') plugin.ttl = reader.number(line, rest[0], 1, 65_535)
    else if (first!.text === 'no_reverse') plugin.reverse = false
    else if (first!.text === 'fallthrough') plugin.fallthrough = reader.fallthrough(line)
    else if (first!.text !== 'reload') reader.unknownLine('hosts', line, [], ['ADDRESS NAME…', ...HOSTS_WORDS])
  }
  return [plugin]
}

/** What tunes the way to the upstream: none of it changes an answer that comes. */
const FORWARD_TUNING =
  'force_tcp,prefer_udp,expire,max_fails,max_idle_conns,max_age,tls,tls_servername,policy,health_check,max_concurrent,max_connect_attempts,next,failfast_all_unhealthy_upstreams,failover,doh_method,fail_timeout,spray,protocol'

export function readForward(reader: Reader, directive: Directive): readonly ForwardPlugin[] {
  const [from, ...to] = reader.args(directive)
  if (from === undefined || to.length === 0) {
    reader.wrong(
      directive,
      `'${directive.words[0]!.text}' needs a zone and where to send its questions.`,
      'Write forward . /etc/resolv.conf.',
    )
    return []
  }
  const except: string[] = []
  for (const line of directive.block)
    if (line.words[0]!.text === 'except') except.push(...reader.args(line).flatMap(zonesIn))
    else if (!FORWARD_TUNING.split(',').includes(line.words[0]!.text))
      reader.unknownLine('forward', line, [], ['except', 'policy', 'max_concurrent'])
  const [zone, ...more] = zonesIn(from)
  if (more.length > 0)
    reader.refuse(
      from,
      'forward takes one zone, and this network has several.',
      'Write a network whose length is a multiple of 8, or 4 in IPv6.',
    )
  return [{ plugin: 'forward', zone: zone!, to: to.map(w => w.text), except }]
}

/** CoreDNS' own longest stays: an hour for answers, half an hour for denials. */
const SUCCESS = { most: 3600, least: 5 }
const DENIAL = { most: 1800, least: 5 }
/** How long failures stay, in seconds. */
const FAILURE = { usual: 5, most: 300 }
const CACHE_WORDS = ['success', 'denial', 'disable', 'servfail']
/** They change when answers are fetched again; none changes a first answer. */
const CACHE_TUNING = ['prefetch', 'keepttl', 'serve_stale']

export function readCache(reader: Reader, directive: Directive): readonly CachePlugin[] {
  const args = reader.args(directive)
  const most = /^\d+$/.test(args[0]?.text ?? '') ? reader.number(directive, args[0], 1, 1_000_000) : undefined
  const plugin: Mutable<CachePlugin> = {
    plugin: 'cache',
    zones: reader.zonesOf(most === undefined ? args : args.slice(1)),
    success: { ...SUCCESS, ...(most === undefined ? {} : { most }) },
    denial: { ...DENIAL, ...(most === undefined ? {} : { most }) },
    failureSeconds: FAILURE.usual,
    noSuccess: [],
    noDenial: [],
  }
  for (const line of directive.block) readCacheLine(reader, plugin, line)
  return [plugin]
}

/** `1m30s` of Go, in seconds; its smaller units are cut off. */
function secondsOf(text: string): number | undefined {
  const found = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})(?:\.\d+)?s)?$/.exec(text)
  if (text === '0') return 0
  if (found === null || text === '') return undefined
  return Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0)
}

function readCacheLine(reader: Reader, plugin: Mutable<CachePlugin>, line: Directive): void {
  const [capacity, most, least] = reader.args(line)
  const name = line.words[0]!.text
  if (name === 'success' || name === 'denial') {
    reader.number(line, capacity, 0, 1_000_000)
    plugin[name] = {
      most: most === undefined ? plugin[name].most : reader.number(line, most, 1, 1_000_000),
      least: least === undefined ? plugin[name].least : reader.number(line, least, 0, 1_000_000),
    }
  } else if (name === 'disable') {
    const zones = reader.zonesOf(reader.args(line).slice(1))
    if (capacity?.text === 'success') plugin.noSuccess = zones
    else if (capacity?.text === 'denial') plugin.noDenial = zones
    else reader.wrong(line, "'disable' takes success or denial.", 'Write disable success cluster.local.')
  } else if (name === 'servfail') {
    const seconds = secondsOf(capacity?.text ?? '')
    if (seconds !== undefined && seconds <= FAILURE.most) plugin.failureSeconds = seconds
    else reader.wrong(capacity ?? line, `'servfail' takes a time of at most ${FAILURE.most} s.`, 'Write servfail 5s.')
  } else if (!CACHE_TUNING.includes(name)) reader.unknownLine('cache', line, [], CACHE_WORDS)
}

export function readAutopath(reader: Reader, directive: Directive): readonly AutopathPlugin[] {
  const args = reader.args(directive)
  if (args.at(-1)?.text !== '@kubernetes')
    reader.refuse(directive, 'autopath is modelled with the search paths of pods alone.', 'Write autopath @kubernetes.')
  return [{ plugin: 'autopath', zones: reader.zonesOf(args.slice(0, -1)) }]
}
