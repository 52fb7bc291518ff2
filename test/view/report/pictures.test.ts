// Pictures are golden files: open them after a change. And what they must say whatever they look like.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { OutcomeJson } from '../../../src/trace/json'
import { hopPicture } from '../../../src/view/report/hop-picture'
import { hopPictureTall } from '../../../src/view/report/hop-picture-tall'
import { hopTable } from '../../../src/view/report/hop-table'
import { layout } from '../../../src/view/report/hop-layout'
import { shareBar } from '../../../src/view/report/share-bar'
import { endingOf, wayOf } from '../../../src/view/report/way'
import { golden } from '../../golden'
import { droppedTrace, nodePortTrace } from '../sample-trace'

const way = (outcome: OutcomeJson) => wayOf(outcome.hops, endingOf(outcome.fate, outcome.explanation))
const first = nodePortTrace().outcomes[0]!
const options = { back: false, label: 'a request' }
const reply = wayOf(first.reply!.hops, endingOf('delivered', null))

test('a NodePort, wide', () => golden('view/nodeport-wide.svg', hopPicture(way(first), options).html))
test('a NodePort, tall', () => golden('view/nodeport-tall.svg', hopPictureTall(way(first), options).html))
test('its reply, wide', () => golden('view/nodeport-reply-wide.svg', hopPicture(reply, { ...options, back: true }).html))
test('a dropped packet, wide', () => golden('view/dropped-wide.svg', hopPicture(way(droppedTrace().outcomes[0]!), options).html))
test('the shares of three pods', () => golden('view/shares.svg', shareBar(nodePortTrace().outcomes).html))
test('the hop table', () => golden('view/nodeport-table.html', hopTable(first.hops, 'Request').html))

describe('the way of the article’s packet', () => {
  const machines = way(first)
  const stations = machines.flatMap(machine => machine.boxes.flatMap(box => box.stations))
  test('three machines; the pod stands inside its node', () => {
    assert.deepEqual(
      machines.map(machine => machine.name),
      ['laptop', 'master', 'node01'],
    )
    assert.deepEqual(
      machines[2]!.boxes.map(box => box.kind),
      ['node', 'pod'],
    )
  })
  test('devices in order', () =>
    assert.deepEqual(
      stations.map(station => station.label),
      ['program', 'eth0', 'eth0', 'flannel.1', 'eth0', 'eth0', 'flannel.1', 'cni0', 'veth0a1b2c3', 'eth0', 'mytest tcp 8080'],
    ))
  test('the inner addresses stay while the tunnel wraps them', () =>
    assert.deepEqual(
      stations.filter(station => station.outer !== null).map(station => [station.source, station.destination]),
      Array(3).fill(['10.244.0.0:51412', '10.244.1.2:8080']),
    ))
  test('what happened, in order', () =>
    assert.deepEqual(
      stations.flatMap(station => station.chips.map(chip => chip.kind)).filter(kind => kind !== 'rules' && kind !== 'route'),
      ['dnat', 'snat', 'encapsulate', 'decapsulate', 'arrived'],
    ))
})

test('a reply runs over the same machines from right to left', () => {
  const there = layout(way(first), false)
  const back = layout(reply, true)
  assert.deepEqual(
    back.machines.map(machine => machine.name),
    there.machines.map(machine => machine.name),
  )
})

test('nothing overlaps: columns, machines and bands follow each other', () => {
  for (const plan of [layout(way(first), false), layout(reply, true)]) {
    for (const list of [plan.machines.map(m => [m.x, m.x + m.width]), plan.columns.map(c => [c.x - c.width / 2, c.x + c.width / 2])])
      for (let i = 1; i < list.length; i++) assert.ok(list[i]![0]! >= list[i - 1]![1]! - 0.01, `${list[i - 1]} then ${list[i]}`)
    for (const band of [...plan.source, ...plan.destination, ...plan.tunnel])
      assert.ok(band.to - band.from >= band.text.length * 6.75, band.text)
  }
})
