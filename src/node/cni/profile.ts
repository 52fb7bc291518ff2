// What differs between the versions of the CNI plugins, as data.

export const CNI_VERSIONS = ['v0.8.6', 'v1.9.1'] as const
export type CniVersion = (typeof CNI_VERSIONS)[number]

export interface CniFacts {
  /** The code of an error that is not one of the specification's. */
  readonly errorCode: number
  /** The version that a result in the oldest form names, where the configuration names this one; and whether a chained plugin that hands it on repeats one that is not named. */
  readonly oldResult: { version(named: string): string; readonly repeated: boolean }
  readonly resultVersions: readonly string[]
  /** What a bridge says to a hairpin and promiscuous mode at once. */
  readonly bothModes: string
  /** What is said of an interface name that is taken; `peer` is the other end's name. */
  nameTaken(name: string, peer: string): string
  /** The container's end comes up with its pair, or when it has its addresses. */
  readonly bringsUp: 'pair' | 'configured'
  /** arp_notify and accept_dad are written on the container's end, keep_addr_on_down with an IPv6 address. */
  readonly writesSysctls: boolean
  /** Routes of the configuration have priority, table and scope; one that is there already is an error. */
  readonly routeDetails: boolean
  /** CHECK takes a route without a gateway for one that has none; or whatever gateway it has. */
  readonly checksNoGateway: boolean
  /** DEL gives up the address first, and fails where the namespace is gone; or after the device, and does not. */
  readonly del: 'address-first' | 'device-first'
  /** A chain that is not there is an error when masquerading ends. */
  readonly missingChainFails: boolean
  /** Whether a result of the plugin loopback has the newest form whatever version it names. */
  readonly loopbackForm: 'newest' | 'named'
  readonly firewall: { readonly adminComment: string; readonly ingressPolicy: boolean }
  readonly portmap: {
    readonly nftables: boolean
    readonly masqAll: boolean
    /** route_localnet is written before the ports' own rules, or when these are there. */
    readonly localnet: 'first' | 'last'
    /** DEL looks for rules also where it is told of no ports. */
    readonly deletesAlways: boolean
    /** CHECK looks for each address's rules in the tables of both families, until one has no chain of the container; or in its own family's alone. */
    readonly checks: 'both-families' | 'own-family'
    /** A hostIP of 0.0.0.0 or :: is an address like any other. */
    readonly unspecifiedIsAddress: boolean
  }
  readonly ipMasqBackend: boolean
  /** The bridge reads CNI_ARGS and a MAC that is asked for, can leave the container's end down, keep its ports apart, and hands on the DNS of the IPAM plugin where it has none. */
  readonly bridge: {
    readonly readsMac: boolean
    readonly leavesDown: boolean
    readonly isolatesPorts: boolean
    readonly keepsIpamDns: boolean
  }
  /** host-local reads addresses that the runtime asks for, with a network's length or without. */
  readonly asksByRuntime: boolean
  /** What static says of a text that is no address with a length. */
  addressRefused(field: string, text: string): string
  /** An address without a network gets itself as its broadcast address. */
  readonly broadcastOfHosts: boolean
  /** What flannel's plugin makes of subnet.env, and says while it does. */
  readonly flannel: { readonly ranges: boolean; readonly mergesIpam: boolean; readonly talks: boolean; readonly wrapsFileError: boolean }
}

export const CNI_FACTS: Readonly<Record<CniVersion, CniFacts>> = {
  'v0.8.6': {
    errorCode: 100,
    oldResult: { version: () => '0.2.0', repeated: false },
    resultVersions: ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0'],
    bothModes: 'cannot set hairpin mode and promiscous mode at the same time.',
    nameTaken: name => `container veth name provided (${name}) already exists`,
    bringsUp: 'pair',
    writesSysctls: false,
    routeDetails: false,
    checksNoGateway: true,
    del: 'address-first',
    missingChainFails: true,
    loopbackForm: 'named',
    firewall: { adminComment: 'CNI firewall plugin rules', ingressPolicy: false },
    portmap: {
      nftables: false,
      masqAll: false,
      localnet: 'first',
      deletesAlways: true,
      checks: 'both-families',
      unspecifiedIsAddress: true,
    },
    broadcastOfHosts: true,
    ipMasqBackend: false,
    bridge: { readsMac: false, leavesDown: false, isolatesPorts: false, keepsIpamDns: false },
    asksByRuntime: false,
    addressRefused: (_field, text) => `invalid CIDR ${text}: invalid CIDR address: ${text}`,
    flannel: { ranges: false, mergesIpam: false, talks: false, wrapsFileError: false },
  },
  'v1.9.1': {
    errorCode: 999,
    oldResult: { version: named => named || '0.1.0', repeated: true },
    resultVersions: ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
    bothModes: 'cannot set hairpin mode and promiscuous mode at the same time',
    nameTaken: (name, peer) => `container veth name ("${name}") peer provided ("${peer}") already exists`,
    bringsUp: 'configured',
    writesSysctls: true,
    routeDetails: true,
    checksNoGateway: false,
    del: 'device-first',
    missingChainFails: false,
    loopbackForm: 'newest',
    firewall: { adminComment: 'CNI firewall plugin admin overrides', ingressPolicy: true },
    portmap: { nftables: true, masqAll: true, localnet: 'last', deletesAlways: false, checks: 'own-family', unspecifiedIsAddress: false },
    broadcastOfHosts: false,
    ipMasqBackend: true,
    bridge: { readsMac: true, leavesDown: true, isolatesPorts: true, keepsIpamDns: true },
    asksByRuntime: true,
    addressRefused: (field, text) => `${field} in CIDR notation, got: '${text}'`,
    flannel: { ranges: true, mergesIpam: true, talks: true, wrapsFileError: true },
  },
}
