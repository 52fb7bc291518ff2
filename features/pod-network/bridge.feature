Feature: The bridge plugin

  On each machine a bridge joins its pods, and that is all that the plugin does: nodes know nothing of each other's pods until somebody
  tells them, as a cloud does with routes.

  Background:
    Given the manifests from "pods.yaml"
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web-1}
      spec: {clusterIP: 10.96.0.11, selector: {app: web, on: node1}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: own, labels: {app: web, on: node1}}
      spec: {nodeName: node1, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """
    And these pods will be pinned:
      | name   | node  | address     |
      | web-1  | node1 | 10.244.1.40 |
      | web-2  | node2 | 10.244.2.40 |
      | own    | node1 | 10.244.1.41 |
      | client | node1 | 10.244.1.9  |

  Scenario Outline: without routes, pods of other machines are out of reach: <why>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, nodeRoutes: <routes>, ipMasq: <masquerade>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    When pod "client" curls http://10.244.1.40:8080
    Then pod "web-1" answers
    And the server sees the source 10.244.1.9
    When pod "client" curls http://10.244.2.40:8080
    Then the request is <fate>
    And the path is:
      | in     | step  | device | gateway   |
      | client | route | eth0   | 10.244.1.1 |
      | node1  | route | eth0   | <gateway> |
      | …      |       |        |           |

    Examples:
      | why                                   | routes | masquerade | fate             | gateway       |
      | the packet goes to the gateway        | false  | true       | host-unreachable | 192.168.1.1   |
      | with routes it arrives                | true   | true       | delivered        | 192.168.1.202 |
      | and so without the plugin's ipMasq    | true   | false      | delivered        | 192.168.1.202 |

  Scenario Outline: ipMasq hides a pod from pods of other machines too: <backend>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, nodeRoutes: true, ipMasqBackend: <backend>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    When pod "client" curls http://10.244.2.40:8080
    Then the server sees the source 192.168.1.201
    When pod "client" curls http://10.244.1.40:8080
    Then the server sees the source 10.244.1.9

    Examples:
      | backend  |
      | iptables |
      | nftables |

  Scenario: ipMasq with nftables is one table, with a rule for each pod
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, ipMasqBackend: nftables}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    Then nft list ruleset on node "node2" prints the lines:
      """
      table inet cni_plugins_masquerade {
      ip saddr 10.244.2.40 ip daddr != 10.244.2.0/24 masquerade comment <any> net: bridge, if: eth0, id: <any>
      type nat hook postrouting priority srcnat; policy accept;
      ip daddr 224.0.0.0/4 return
      ip6 daddr ff00::/8 return
      goto masq_checks
      """

  Scenario Outline: a pod reaches itself through its Service only where the bridge sends frames back: hairpinMode <hairpin>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, hairpinMode: <hairpin>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    When pod "own" curls service "web-1"
    Then the request is <fate>
    When pod "client" curls service "web-1"
    Then pod "own" answers

    Examples:
      | hairpin | fate      |
      | true    | delivered |
      | false   | dropped   |

  Scenario: a bridge of another name, without an address: pods of one machine see one another and nothing else
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, bridge: mynet0, isGateway: false, isDefaultGateway: false, ipMasq: false}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    Then the devices of node "node1" are:
      | device | kind   | addresses | bridge |
      | mynet0 | bridge |           |        |
      | *      | veth   |           | mynet0 |
    And the routes of pod "client" are:
      """
      10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.9
      """
    When pod "client" curls http://10.244.1.40:8080
    Then pod "web-1" answers
    When pod "client" curls http://10.244.2.40:8080
    Then the request is no-route
    When node "node1" curls http://10.244.1.40:8080
    Then the request is host-unreachable
