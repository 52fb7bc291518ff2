// The public API, in the order of the way of the data: text, Linux, manifests, cluster, controllers, nodes, packets, traces, checks, views.
// And Given, When, Then for step files of one's own: they are those of hopspec's own copy of cucumber.
export {
  After,
  AfterAll,
  Before,
  BeforeAll,
  DataTable,
  defineParameterType,
  Given,
  setWorldConstructor,
  Then,
  When,
  World,
} from '@cucumber/cucumber'
export type { World as ScenarioWorld } from '../steps/world'
export { HopspecError, type Place, placeText, type Problem, problemText } from './error'

export { type Cidr, cidrText, contains, readCidr } from './addr/cidr'
export { compareFractions, decimal, type Fraction, fraction, fractionText, readFraction } from './addr/fraction'
export { type Family, type Ip, ipText, readIp, socketText } from './addr/ip'
export { type Mac, macText, readMac } from './addr/mac'
export { type Protocol, readPort, readProtocol } from './addr/port'

export { printIpAddr, readIpAddr } from './linux/ip-addr'
export { printRoutes, readRoute, routeText } from './linux/ip-route'
export { printIptablesSave, printRule, readIptablesSave } from './linux/iptables-save'
export type { Packet } from './linux/packet'
export type { Device, Listener, Network, Program, Route } from './linux/program'
export type { Chain, Match, Rule, RuleSet, Table, Target } from './linux/rule'
export type { Step } from './linux/step'

export type { ClusterConfig } from './apply/cluster-config'
export type { Kinds, KubeObject } from './apply/object'
export { readStore, type StoreInput } from './apply/store-input'

export { begin } from './cluster/begin'
export { objectOf, objectsOf, type State } from './cluster/state'

export { passTime, settle } from './control/settle'

export { type DnsLookupJson, lookupJson } from './dns/json'
export { replyOf, resolvingOfPod, resolvingOfText } from './dns/direct'
export { lookUp, type Lookup } from './dns/resolver'
export type { Resolving } from './dns/query'
export { ask, serverOf } from './dns/server'

export { networkOf, programOf } from './node/network'
export { freshHost } from './node/cni/machine'
export { runCni } from './node/cni/runtime'

export { type Exchange, exchange } from './path/exchange'
export type { KernelState } from './path/kernels'

export { type Fate, FATES } from './trace/fate'
export type { FlowSpec } from './trace/flow-spec'
export type { FlowJson, HopJson, OutcomeJson, StepJson, TraceJson } from './trace/json'
export { prepare, type World as TraceWorld } from './trace/prepare'
export { traceAll, traceOne } from './trace/trace'
export type { Flow, Scene } from './trace/flow'

export { explainIn } from './verify/explain'
export type { Finding } from './verify/finding'
export { sharesOf } from './verify/shares'

export { junitXml } from './view/junit'
export { renderReport } from './view/report/render'
export { summaryMarkdown, summaryYaml } from './view/summary'
export { traceText } from './view/trace-text'
