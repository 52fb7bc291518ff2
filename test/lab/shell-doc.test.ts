// docs/shell.md lists the programs and options that the shell knows, and no others.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DIG_SWITCHES } from '../../src/lab/shell/dig'
import { failures } from '../../src/lab/shell/failures'
import { IP_FORMS } from '../../src/lab/shell/ip'
import { MACHINE_COMMANDS } from '../../src/lab/shell/machine'
import { OPTIONS } from '../../src/lab/shell/options'
import { REQUESTS } from '../../src/lab/shell/request'
import { TIME_COMMANDS } from '../../src/lab/shell/time'

const page = readFileSync('docs/shell.md', 'utf8')
const codes = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(m => m[1]!)
const section = (title: string): string => page.split(/^## /m).find(part => part.startsWith(`${title}\n`)) ?? ''
const rows = section('Programs')
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split(' | '))

test('each program has its row, in the order of the code', () => {
  const first = rows.map(([program = '']) => codes(program)[0] ?? '')
  expect(first).toHaveLength(Object.keys(OPTIONS).length)
  for (const [i, program] of Object.keys(OPTIONS).entries()) expect(`${first[i]} `).toMatch(new RegExp(`^${program} `))
})

for (const [i, [program, options]] of Object.entries(OPTIONS).entries())
  test(`the options of ${program} are those of the code`, () => expect(codes(rows[i]?.[1] ?? '')).toEqual(options))

test('the switches of dig are those of the code', () => {
  const told = codes(section('Names')).filter(word => word.startsWith('+'))
  expect([...new Set(told)].sort()).toEqual([...DIG_SWITCHES].sort())
})

test('the forms of ip are those of the code', () => {
  expect(codes(section('Routes and addresses')).filter(form => form.startsWith('ip '))).toEqual(IP_FORMS)
})

test('every word of the shell is on the page, but those that are only refused', () => {
  const onlyRefused = ['iptables', 'ipset', 'ipvsadm']
  const told = new Set(codes(page).map(code => code.split(' ')[0]!))
  const words = [...REQUESTS, ...MACHINE_COMMANDS, ...TIME_COMMANDS, ...Object.keys(failures)]
  expect(words.filter(word => !told.has(word) && !onlyRefused.includes(word))).toEqual([])
})
