// The clusters that the scenarios ran on: nodes with their pods, clients, Services. In: topologies as attached. Out: HTML, each cluster once.
import type { Run } from '../run'
import { scenariosOf } from '../run'
import type { Safe } from './html'
import { html } from './html'
import type { TopologyJson } from './probe'

const SHOWN = 12

/** Different topologies in the order of their first scenario. */
export function topologiesOf(run: Run): readonly { readonly topology: TopologyJson; readonly scenarios: number }[] {
  const seen = new Map<string, { topology: TopologyJson; scenarios: number }>()
  for (const scenario of scenariosOf(run))
    for (const item of scenario.steps.flatMap(step => step.attached)) {
      if (item.kind !== 'topology') continue
      const key = JSON.stringify(item.topology)
      const known = seen.get(key)
      if (known) known.scenarios += 1
      else seen.set(key, { topology: item.topology, scenarios: 1 })
    }
  return [...seen.values()]
}

/** The section of the report. */
export function topologiesView(run: Run): Safe {
  const all = topologiesOf(run)
  if (all.length === 0) return html``
  return html`<section id="clusters"><h2>Clusters</h2>${all
    .slice(0, SHOWN)
    .map(({ topology, scenarios }, i) =>
      topologyView(topology, scenarios, i === 0),
    )}${all.length > SHOWN && html`<p>and ${all.length - SHOWN} more that differ from these</p>`}</section>`
}

function topologyView(topology: TopologyJson, scenarios: number, open: boolean): Safe {
  const { nodes, clients, services } = topology
  return html`<details class="topology"${open && html` open`}><summary>${nodes.length} nodes, ${nodes.reduce((sum, node) => sum + node.pods.length, 0)} pods · Kubernetes ${topology.version} · ${topology.proxyMode} · ${topology.cni} <span class="kind">${scenarios} ${
    scenarios === 1 ? 'scenario' : 'scenarios'
  }</span></summary><div class="machines">${clients.map(
    client =>
      html`<div class="machine client"><h3>${client.name} <span class="kind">client</span></h3><p><code>${client.address}</code></p></div>`,
  )}${nodes.map(nodeView)}</div>${services.length > 0 && servicesTable(services)}</details>`
}

const nodeView = (node: TopologyJson['nodes'][number]): Safe =>
  html`<div class="machine node"><h3>${node.name} <span class="kind">${node.role}</span></h3><p><code>${node.addresses.join(', ')}</code><br><span class="kind">pods from</span> <code>${node.podCIDRs.join(', ')}</code></p><ul>${node.pods.map(
    pod => html`<li>${pod.namespace !== 'default' && `${pod.namespace}/`}${pod.name} <code>${pod.ip}</code></li>`,
  )}</ul></div>`

function servicesTable(services: TopologyJson['services']): Safe {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Services"><table class="data"><caption>Services</caption><thead><tr><th scope="col">service</th><th scope="col">type</th><th scope="col">clusterIP</th><th scope="col">ports</th></tr></thead><tbody>${services.map(
    service =>
      html`<tr><th scope="row">${service.namespace !== 'default' && `${service.namespace}/`}${service.name}</th><td>${service.type}</td><td><code>${service.clusterIP}</code></td><td><code>${service.ports}</code></td></tr>`,
  )}</tbody></table></div>`
}
