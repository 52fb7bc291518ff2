// The hashes of recorded templates (1.35) and of public listings (1.13, article 001), bit for bit.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PodTemplate } from '../../src/apply/object'
import { podTemplateHash } from '../../src/control/pod-template-hash'

/** One container as the API server defaults it. */
export function template(labels: Record<string, string>, name: string, image: string, ports: number[] = [80]): PodTemplate {
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          name,
          image,
          ports: ports.map(containerPort => ({ containerPort, protocol: 'TCP' as const })),
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
  } as PodTemplate
}

describe('the hash of a template with one container', () => {
  const rows = [
    { name: 'article 001 under v1.13', profile: 'v1.13', of: template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1'), is: '88d46bf99' },
    { name: 'article 001 under v1.35', profile: 'v1.35', of: template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1'), is: '547cb544ff' },
    { name: 'nginx:1.7.9 under v1.13', profile: 'v1.13', of: template({ app: 'nginx' }, 'nginx', 'nginx:1.7.9'), is: '76bf4969df' },
    { name: 'nginx:1.14.2 under v1.13', profile: 'v1.13', of: template({ app: 'nginx' }, 'nginx', 'nginx:1.14.2'), is: '57d9684bf8' },
    { name: 'article 003 under v1.13', profile: 'v1.13', of: template({ run: 'httpd' }, 'httpd', 'httpd:latest'), is: '7667fd7899' },
  ] as const
  for (const { name, profile, of, is } of rows) test(`${name} is ${is}`, () => expect(podTemplateHash(of, profile)).toBe(is))
})

const file = '../shared/oracles/control-plane/pod-template-hashes.json'
describe.skipIf(!existsSync(file))('recorded templates of v1.35 (skipped without the recordings)', () => {
  const cases = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  for (const c of cases) test(`${c.case} is ${c.hash}`, () => expect(podTemplateHash(c.storedTemplate, 'v1.35')).toBe(c.hash))
})

const chain = '../shared/oracles/control-plane/chains/45-pod-template-hashes.json'
test.skipIf(!existsSync(chain))('a recorded collision count changes the hash', () => {
  const of = template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1')
  expect(podTemplateHash(of, 'v1.35', 1)).not.toBe(podTemplateHash(of, 'v1.35'))
  expect(podTemplateHash(of, 'v1.35', 1)).toMatch(/^[4-9bcdf]{1,10}$/)
})
