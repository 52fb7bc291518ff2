// The hop picture as a table: where, what happened, what changed in the packet, which rule and whose. In: hops. Out: HTML.
// Only rules that the packet visited are in a trace, so only they are here.
import { never } from '../../error'
import type { HopJson, PacketJson, StepJson } from '../../trace/json'
import type { Safe } from './html'
import { html } from './html'
import { placeOf } from './way'

/** One table for one direction. */
export function hopTable(hops: readonly HopJson[], caption: string): Safe {
  let before: PacketJson | null = null
  const body = hops.map((hop, h) => {
    const { kind, name } = placeOf(hop.in)
    return hop.steps.map((step, i) => {
      const row = html`<tr class="${step.kind}${i === 0 && h > 0 ? ' first' : ''}">${
        i === 0 &&
        html`<th scope="rowgroup" rowspan="${hop.steps.length}">${name} <span class="kind">${kind}${
          kind === 'pod' && hop.node !== null ? ` on ${hop.node}` : ''
        }</span></th>`
      }<td class="what">${what(step)}</td><td class="packet">${packetCell(before, step)}</td><td>${ruleCell(step)}</td></tr>`
      before = step.packet
      return row
    })
  })
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="hoptable" aria-label="${caption}"><thead><tr><th scope="col">where</th><th scope="col">what</th><th scope="col">packet</th><th scope="col">rule</th></tr></thead><tbody>${body}</tbody></table></div>`
}

/** Verb first, then the device or chain. */
export function what(step: StepJson): Safe {
  switch (step.kind) {
    case 'send':
      return html`<b>send</b>`
    case 'receive':
      return html`<b>receive</b> on ${step.device}`
    case 'rule':
      return html`<b>rule</b> ${step.table} ${step.chain}${step.chain !== step.hook && html` <span class="kind">${step.hook}</span>`}`
    case 'dnat':
    case 'snat':
      return html`<b class="nat">${step.kind.toUpperCase()}</b>${step.by === 'conntrack' ? ' by conntrack' : ''}`
    case 'route':
      return step.local
        ? html`<b>route</b> this is for ${step.device === 'lo' ? 'this machine' : `us, on ${step.device}`}`
        : html`<b>route</b> out of ${step.device}${step.gateway !== null && ` via ${step.gateway}`}${step.source !== null && ` from ${step.source}`}`
    case 'bridge':
      return html`<b>bridge</b> ${step.bridge}: ${step.from} → ${step.to.join(', ')}`
    case 'encapsulate':
      return html`<b class="tunnel">encapsulate</b> ${step.tunnel} on ${step.device}`
    case 'decapsulate':
      return html`<b class="tunnel">decapsulate</b> ${step.tunnel} on ${step.device}`
    case 'conntrack':
      return html`<b>conntrack</b> ${step.state}`
    case 'policy':
      return html`<b${step.policy === 'DROP' && html` class="bad"`}>policy</b> ${step.table} ${step.chain}: ${step.policy}`
    case 'forward':
      return html`<b>forward</b> ${step.from} → ${step.to}`
    case 'transmit':
      return html`<b>transmit</b> on ${step.device}`
    case 'deliver':
      return html`<b class="good">✔ deliver</b> ${step.listener === null ? 'to the kernel' : `to ${step.listener}`}`
    case 'reject':
      return html`<b class="bad">✘ reject</b> with ${step.with}: ${step.why}`
    case 'drop':
      return html`<b class="bad">✘ drop</b> ${step.why}`
    default:
      return never(step)
  }
}

function packetCell(before: PacketJson | null, step: StepJson): Safe {
  const { packet } = step
  if (step.kind === 'encapsulate') return html`outer <mark>${step.outer.replace('->', '→')}</mark>`
  if (before === null)
    return html`${packet.protocol} ${packet.source} → ${packet.destination}<br><span class="kind">ttl ${packet.ttl}${packet.detail && ` · ${packet.detail}`}</span>`
  if (step.kind === 'decapsulate') return html`inner ${packet.source} → ${packet.destination}`
  const changes: Safe[] = []
  const field = (name: string, a: string | number, b: string | number) => {
    if (a !== b) changes.push(html`<div>${name} <del>${a}</del> → <mark>${b}</mark></div>`)
  }
  field('source', before.source, packet.source)
  field('destination', before.destination, packet.destination)
  field('ttl', before.ttl, packet.ttl)
  field('mark', markText(before.mark), markText(packet.mark))
  return html`${changes}`
}

const markText = (mark: number): string => (mark === 0 ? '0' : `0x${mark.toString(16)}`)

function ruleCell(step: StepJson): Safe {
  if (step.kind === 'rule')
    return html`<code>${step.rule}</code>${(step.because !== null || step.place !== null) && html`<div class="because">${step.because ?? ''}${step.place !== null && html` <span class="place">${step.place}</span>`}</div>`}`
  if (step.kind === 'route' && step.route !== null) return html`<code>${step.route}</code>`
  return html``
}
