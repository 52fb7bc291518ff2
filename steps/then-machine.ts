// One machine of the cluster: routes, devices, files and rules that programs left on it, the environment of a pod's containers, what flanneld keeps in etcd.
import { type DataTable, Then } from '@cucumber/cucumber'
import { nodeNamed } from '../src/lab/named'
import { deviceRows, envRows, etcdRows, fileAt, nftAt, routesAt, serviceVariableNamed } from '../src/lab/machine'
import { rowsAmong, rowsMissing } from '../src/verify/lists'
import { printsExactly, printsLines } from '../src/verify/printed'
import type { PlaceWord } from './read'
import { cells } from './tables'
import type { World } from './world'

Then('the routes of {place} are:', function (this: World, place: PlaceWord, text: string) {
  this.verify(printsExactly('ip route', text, routesAt(this.state, this.place(place))))
})

Then('the devices of {place} are:', function (this: World, place: PlaceWord, table: DataTable) {
  this.verify(rowsAmong('there is the device', cells(table), deviceRows(this.state, this.place(place)), true))
})

Then('the file {string} of {node} is:', function (this: World, path: string, node: string, text: string) {
  this.verify(printsExactly(`cat ${path}`, text, fileAt(this.state, nodeNamed(this.state, node), path)))
})

Then('nft list ruleset on {node} prints the lines:', function (this: World, node: string, text: string) {
  this.verify(printsLines('nft list ruleset', text, nftAt(this.state, nodeNamed(this.state, node))))
})

Then('flanneld keeps in etcd:', function (this: World, table: DataTable) {
  this.verify(rowsAmong('etcd holds', cells(table), etcdRows(this.state), true))
})

Then('the environment of {pod} has:', function (this: World, pod: string, table: DataTable) {
  this.verify(rowsAmong('the environment has', cells(table), envRows(this.state, pod), false))
})

Then('the environment of {pod} has no {string}', function (this: World, pod: string, name: string) {
  const table = { head: ['name'], rows: [[serviceVariableNamed(this.state, name)]] }
  this.verify(rowsMissing(`the environment has no ${name}`, table, envRows(this.state, pod)))
})
