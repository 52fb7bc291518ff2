// What the articles say that must work, row by row: the scenarios that show it, and those that break it on purpose. docs/articles.md is made
// of this; `UPDATE=1 npx vitest run test/articles.test.ts` writes it anew.
import { type Tagged, taggedScenarios, toldBy } from './tagged-scenarios'

/** Article → row → what it says. Tags: `@000-localhost`, `@000-localhost-broken`. */
export const ARTICLES: Readonly<Record<string, { readonly title: string; readonly rows: Readonly<Record<string, string>> }>> = {
  '000': {
    title: "the way of a web application's data",
    rows: {
      printed: 'the manifests: refused as they are printed, with kubectl’s and the API server’s words, and taken when they are corrected',
      selector: 'the Service myweb selects the pod of myweb; as printed it selects mysql, is taken, and is explained',
      environment: 'a container finds a Service by the variables of its environment',
      localhost: 'a container reaches another of its pod over localhost',
      'cluster-ip': 'a pod or a node reaches a Service by its ClusterIP',
      'node-port': 'a browser outside reaches it by the address of a node and the nodePort',
      iptables: 'kube-proxy in iptables mode brings it there',
      userspace: 'kube-proxy in userspace mode does',
      ports: 'nodePort leads to port, port to targetPort',
      docker0: 'pods of one node meet on docker0, over veth pairs and by their default route',
      routes: 'pods of different nodes reach one another',
    },
  },
  '001': {
    title: 'Service in depth, its DNS',
    rows: {
      names: 'a busybox pod finds mytest-svc by its name, and by its name and namespace',
      dns: "the names are answered by CoreDNS' pods behind the Service kube-dns",
    },
  },
  '002': {
    title: 'Flannel',
    rows: {
      tunnel:
        'a packet goes docker0, flannel0, flanneld, UDP between the machines, flanneld, flannel0, docker0, with an inner and an outer header',
      leases: 'etcd gives each machine a network of its own',
      'subnet-env': 'flanneld writes what it got into subnet.env',
      bip: 'docker takes its --bip and its other options from there',
      pause: 'containers of one pod share the network of the pause container',
      bridge: 'two containers of one machine meet on the bridge',
    },
  },
  '004': {
    title: 'controllers and the network of pods',
    rows: {
      admission: 'what is created is admitted, validated and stored; what is refused is not',
      authentication: 'it is authenticated and authorized before',
      chain: 'Deployment, ReplicaSet, pods, scheduler, kubelet, image, pause container, containers: one after the other',
      watches: 'each component only watches, and reacts to what concerns it',
      statefulset: 'a StatefulSet makes its pods in order, under stable names',
      events: 'each says what it did as an Event, which kubectl get events --watch shows',
      'docker-ps': 'docker ps shows the pause container, which was there first',
      'same-node': 'pods of one node speak over eth0, veth, bridge, veth, eth0, without translation',
      'other-node': 'pods of different nodes speak over layer 3 between the nodes, without translation',
      'own-node': 'a pod speaks to its node without translation',
      outside: "a pod speaks to the world with its node's address",
    },
  },
}

/** Rows without a scenario, and why. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  '000-userspace': 'none: the mode is refused by name, as README says and its test holds; no kube-proxy of today has it',
  '004-authentication': 'none: whoever runs hopspec may do everything; users, roles and tokens are not modelled',
}

/** `000-localhost`: every row. */
export const rowTags = (): readonly string[] =>
  Object.entries(ARTICLES).flatMap(([article, { rows }]) => Object.keys(rows).map(row => `${article}-${row}`))

/** The scenarios that carry the tag of a row. */
export const rowScenarios = (): readonly Tagged[] => taggedScenarios().filter(t => /^\d{3}-/.test(t.tag))

/** The document. */
export function articlesText(): string {
  const tagged = rowScenarios()
  const of = (tag: string) => toldBy(tagged.filter(t => t.tag === tag))
  const parts = Object.entries(ARTICLES).map(([article, { title, rows }]) => {
    const lines = Object.entries(rows).map(([row, says]) => {
      const tag = `${article}-${row}`
      return `| ${says} | ${NOT_SHOWN[tag] ?? of(tag)} | ${of(`${tag}-broken`)} |`
    })
    return `\n## Article ${article}: ${title}\n\n| what it says | shown by | broken on purpose |\n|---|---|---|\n${lines.join('\n')}\n`
  })
  return `${HEAD}${parts.join('')}`
}

const HEAD = `# The articles

hopspec began with five articles about the network of Kubernetes. What each of them says must work is a row here: the scenarios that show it work, and those in which it is broken on purpose and the failing fate or message is the promise. Their tags are the article and the row: \`npx hopspec run --tags @000-localhost\`.
This page is made by a test, from the tags. The rest of article 001 is in [001-service](../features/articles/001-service.feature); article 003 waits for policies.
`
