// A pod pinned to a node that is none is a mistake, told with the name that was meant; it is never put elsewhere in silence.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { HopspecError } from '../../src/error'
import { emptyLab, given, pinsOf, running } from '../../src/lab/lab'
import { DEFAULT_CLUSTER } from '../../src/lab/replicas'

const pinned = (node: string) =>
  running(
    given(emptyLab(1, null), {
      files: [{ name: 'cluster.json', text: DEFAULT_CLUSTER }],
      pins: pinsOf('deployment "shop/web"', [{ name: 'web-x', node, address: '' }]),
    }),
  )

test('a pin to a node of the cluster is kept', () => {
  assert.equal(pinned('worker2').state.pins[0]?.node, 'worker2')
})

test('a pin to no node of the cluster is refused', () => {
  assert.throws(
    () => pinned('worker3'),
    (e: unknown) => e instanceof HopspecError && e.message.startsWith("there is no node 'worker3'. Did you mean 'worker"),
  )
})
