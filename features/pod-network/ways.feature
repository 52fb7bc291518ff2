Feature: The way to another machine's pods

  A machine forwards a packet for a pod elsewhere only if somebody told it the way. Each pod network tells it in its own way, and
  each has machines that it cannot reach; then the packet leaves by the default route and is lost.

  Background:
    Given the manifests from "pods.yaml"
    And these pods will be pinned:
      | name   | node  | address     |
      | web-1  | node1 | 10.244.1.40 |
      | web-2  | node2 | 10.244.2.40 |
      | client | node1 | 10.244.1.9  |

  Rule: Machines on different networks, with a router between them

    Scenario Outline: <network>: <fate>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201/24], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.2.202/24], podCIDRs: [10.244.2.0/24]}
        """
      When pod "client" curls http://10.244.1.40:8080
      Then pod "web-1" answers
      When pod "client" curls http://10.244.2.40:8080
      Then the request is <fate>

      Examples:
        | network                                            | fate             |
        | name: flannel                                      | delivered        |
        | name: flannel, directRouting: true                 | delivered        |
        | name: flannel, backend: udp                        | delivered        |
        | name: flannel, backend: host-gw                    | host-unreachable |
        | name: bridge, nodeRoutes: true, ipMasq: false      | host-unreachable |

    Scenario Outline: what is missing is said: <network>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201/24], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [<node2>/24], podCIDRs: [10.244.2.0/24]}
        """
      When pod "client" curls http://10.244.2.40:8080
      Then the request is host-unreachable
      And the explanation says "<why>"

      Examples:
        | network                         | node2         | why                                                                                       |
        | name: flannel, backend: host-gw | 192.168.2.202 | are on different networks, so flannel's host-gw cannot lead node1 to the pods of node2    |
        | name: bridge, nodeRoutes: true  | 192.168.2.202 | Put both machines on one network                                                          |
        | name: bridge                    | 192.168.1.202 | as an administrator would say ip route add 10.244.2.0/24 via 192.168.1.202                |
        | name: flannel, backend: alloc   | 192.168.1.202 | flannel's backend alloc makes no way from node1 to the pods of node2                      |

  Rule: Two families

    Scenario Outline: over IPv6 too: <network>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {ipFamily: dual, podSubnet: "10.244.0.0/16,fd00:10:244::/56", cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201, "fd00:1::201"], podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]}
          - {name: node2, addresses: [192.168.1.202, "fd00:1::202"], podCIDRs: [10.244.2.0/24, "fd00:10:244:2::/64"]}
        """
      When pod "client" curls http://10.244.2.40:8080
      Then pod "web-2" answers
      When pod "client" curls http://[fd00:10:244:2::2]:8080
      Then the request is <fate>

      Examples:
        | network                                        | fate             |
        | name: flannel                                  | delivered        |
        | name: flannel, directRouting: true             | delivered        |
        | name: flannel, nftables: true                  | delivered        |
        | name: flannel, backend: host-gw                | delivered        |
        | name: bridge, nodeRoutes: true, ipMasq: false  | delivered        |
        | name: flannel, backend: udp, leases: etcd      | host-unreachable |

    Scenario: by the Nodes, udp knows nobody: its leases name no IPv6 address, and flanneld reads only whole ones
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {ipFamily: dual, podSubnet: "10.244.0.0/16,fd00:10:244::/56", cni: {name: flannel, backend: udp}}
        nodes:
          - {name: node1, addresses: [192.168.1.201, "fd00:1::201"], podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]}
          - {name: node2, addresses: [192.168.1.202, "fd00:1::202"], podCIDRs: [10.244.2.0/24, "fd00:10:244:2::/64"]}
        """
      When pod "client" curls http://10.244.2.40:8080
      Then the request is no-route
      And the explanation says "flanneld knows no machine that has 10.244.2.40"
