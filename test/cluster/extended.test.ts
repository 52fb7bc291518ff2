// An object with further fields: the same as if it were written out, and the old one stays as it is.
import { expect, test } from 'vitest'
import { extended } from '../../src/cluster/extended'

test('fields are added behind those that are there, or replace them where they stand', () => {
  const pod = { name: 'web', phase: 'Pending' }
  const after = extended(pod, { phase: 'Running', podIP: '10.244.1.2' })
  expect(JSON.stringify(after)).toBe(JSON.stringify({ ...pod, phase: 'Running', podIP: '10.244.1.2' }))
  expect(pod).toEqual({ name: 'web', phase: 'Pending' })
})
