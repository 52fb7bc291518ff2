// Lookups of names: by a program's own resolver, and by the tools that ask name servers.
import { When } from '@cucumber/cucumber'
import type { RecordType } from '../src/dns/record'
import type { ResolverName } from '../src/dns/query'
import { askedBy, type NameProgram, printedBy } from '../src/lab/names'
import type { PlaceWord } from './read'
import type { World } from './world'

const ADDRESSES = ['A', 'AAAA'] as const

function lookUp(world: World, place: PlaceWord, name: string, types: readonly RecordType[], resolver: ResolverName): void {
  world.lookUp({ from: world.place(place), name, types, resolver, seed: world.parameters.seed ?? 1, title: `look up ${name}` })
}

function run(world: World, place: PlaceWord, program: NameProgram, name: string, types: readonly RecordType[]): void {
  const asked = { ...askedBy(program, { name }), types, seed: world.parameters.seed ?? 1 }
  world.lookUp({ from: world.place(place), title: `${program} ${name}`, ...asked })
  world.lastSaid = printedBy(program, name, world.lastProbe!)
}

When('{place} looks up {string}', function (this: World, place: PlaceWord, name: string) {
  lookUp(this, place, name, ADDRESSES, 'glibc')
})

When('{place} looks up {string} with {resolver}', function (this: World, place: PlaceWord, name: string, resolver: ResolverName) {
  lookUp(this, place, name, ADDRESSES, resolver)
})

When('{place} looks up the {recordType} records of {string}', function (this: World, place: PlaceWord, type: RecordType, name: string) {
  lookUp(this, place, name, [type], 'glibc')
})

When('{place} runs nslookup {string}', function (this: World, place: PlaceWord, name: string) {
  run(this, place, 'nslookup', name, ADDRESSES)
})

When('{place} digs {string}', function (this: World, place: PlaceWord, name: string) {
  run(this, place, 'dig', name, ['A'])
})

When('{place} digs the {recordType} record(s) of {string}', function (this: World, place: PlaceWord, type: RecordType, name: string) {
  run(this, place, 'dig', name, [type])
})
