// Which statements of the conformance catalogue have a scenario, and why the others have none. docs/conformance.md is made of this;
// `UPDATE=1 npx vitest run test/conformance.test.ts` writes it anew.
import { type Tagged, taggedScenarios, toldBy } from './tagged-scenarios'

/** The ids of each area that a computed cluster could tell of. */
const AREA_IDS: Readonly<Record<string, string>> = {
  'api-server': 'KC-001 KC-002 NW-027',
  dns: 'KC-003 KC-004 KC-005 KC-006 KC-007 KC-008 KC-009 KC-010 KX-002 KX-003 KX-013 DN-001 DN-002 DN-003 DN-004 DN-005 DN-006 DN-007 DN-008 DN-009 DN-010 DN-011 DN-012 GAP-023 GAP-024',
  endpoints: 'KC-017 KC-018 KC-019 SV-014 NW-014 NW-018',
  endpointslice: 'KC-011 KC-012 KC-013 KC-014 KC-015 KC-016 MS-001',
  'service-env': 'KX-001',
  'service-label': 'SV-023 SV-024',
  'service-cidr': 'KC-031 KC-032 MS-002',
  'pod-network': 'KC-023 KC-024 KC-025 KC-026 KX-004 KX-005 KX-006 NW-001 NW-002',
  'pod-lifecycle': 'NW-030 NW-031',
  hostport: 'KC-020 KX-008 NW-024',
  'host-network': 'NW-021',
  mtu: 'NW-013 NW-017 GAP-004',
  egress: 'NW-023',
  failure: 'GAP-033 GAP-034',
  convergence: 'GAP-032',
  'proxy-subresource': 'KC-027 KC-028 KC-029 MS-009',
  'ingress-api': 'KC-021 KC-022',
  ingressclass: 'MS-004 MS-005 MS-006 MS-007',
  service:
    'KC-030 KC-040 KC-041 KC-042 KC-045 KC-046 KC-047 KX-009 KX-010 KX-011 KX-012 SV-005 SV-010 SV-012 SV-013 SV-035 NW-003 NW-004 NW-005 NW-006 NW-007 NW-008 NW-009 NW-010 NW-011 NW-020',
  nodeport: 'KC-037 SV-006 SV-011 SV-026 SV-027 NW-015 NW-019 NW-022',
  'no-endpoints': 'SV-008 SV-009 GAP-011',
  'source-ip': 'SV-025',
  hairpin: 'SV-002 GAP-008',
  hops: 'GAP-001 GAP-002 GAP-003',
  nat: 'GAP-005 GAP-006 GAP-007',
  topology: 'TP-001 TP-002 TP-003 TP-004 TP-005 TP-006 TP-007',
}

/** Area → the ids of its statements, in the catalogue's order. */
export const AREAS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(AREA_IDS).map(([area, ids]) => [area, ids.split(' ')]))

/** Why a statement has no scenario, in one line. */
export const WITHOUT_SCENARIO: Readonly<Record<string, string>> = {
  'GAP-024': 'a NetworkPolicy is held and shown, and nobody enforces it yet: no policy can block a question',
  'KC-027': 'the API server as an HTTP proxy: hopspec speaks kubectl, not HTTP',
  'KC-028': 'the API server as an HTTP proxy: hopspec speaks kubectl, not HTTP',
  'KC-029': 'the API server as an HTTP proxy: hopspec speaks kubectl, not HTTP',
  'KC-030': 'how long real components take is a measurement; the virtual clock would show our own assumption',
  'MS-002': 'a second ServiceCIDR is held and shown; ClusterIPs come from networking.serviceSubnet alone',
  'MS-009': "a node's logs through the API server: no process of a node writes any here",
  'NW-027': 'fixed URLs of the API: hopspec speaks kubectl, not HTTP',
}

/** The scenarios that carry the tag of a statement. */
export const statementScenarios = (): readonly Tagged[] => taggedScenarios().filter(t => /^[A-Z]+-\d+$/.test(t.tag))

/** The document. */
export function conformanceText(): string {
  const tagged = statementScenarios()
  const rows = [...AREAS].flatMap(([area, ids]) => [
    `\n## ${area}\n`,
    '| statement | told by |',
    '|---|---|',
    ...ids.map(id => `| ${id} | ${toldBy(tagged.filter(t => t.tag === id)) || `none: ${WITHOUT_SCENARIO[id] ?? '?'}`} |`),
  ])
  const all = [...AREAS.values()].flat()
  const told = all.filter(id => tagged.some(t => t.tag === id)).length
  return `${HEAD}\nOf ${all.length} statements ${told} have a scenario, ${all.length - told} have a reason instead.\n${rows.join('\n')}\n`
}

const HEAD = `# Conformance

The conformance catalogue is a list of statements about cluster networking, from the conformance and end-to-end suites of Kubernetes and from what no suite looks at. Each statement has an id; a scenario that tells it carries the id as a tag:
\`npx hopspec run --tags @KC-013\` runs those of one statement. This page lists every statement of the areas that hopspec has come to. It is made by a test, from the tags.

Not come to yet: session affinity, dual stack, traffic policies, load balancers, external addresses, terminating endpoints, health checks, conntrack, NetworkPolicy and its kin, Ingress and Gateway as routers of requests.
`
