Feature: Out of the cluster

  The world knows no pods. What a pod sends there leaves with its machine's address, where somebody masquerades; otherwise no answer
  finds its way back.

  Background:
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: client}
      spec: {nodeName: node1, containers: [{name: c, image: busybox}]}
      """
    And these pods will be pinned:
      | name   | node  | address    |
      | client | node1 | 10.244.1.9 |

  @NW-023
  Scenario Outline: a pod is seen as its machine: <network>
    # A connection by name is the same packet; the name's own questions are in features/dns.
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: <version>
      networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      externalClients: [{name: phone, address: 203.0.113.7}]
      """
    When pod "client" pings 203.0.113.7
    Then every request is answered
    And the path is:
      | in    | step    | source        | destination |
      | client | send   | 10.244.1.9    | 203.0.113.7 |
      | node1 | snat    | 192.168.1.201 | 203.0.113.7 |
      | phone | deliver | 192.168.1.201 | 203.0.113.7 |

    Examples:
      | version | network                                     |
      | v1.13.0 | name: flannel                               |
      | v1.13.0 | name: flannel, backend: udp                 |
      | v1.13.0 | name: flannel, ipMasq: false                |
      | v1.13.0 | name: docker0                               |
      | v1.35.4 | name: flannel                               |
      | v1.35.4 | name: flannel, nftables: true               |
      | v1.35.4 | name: flannel, backend: host-gw             |
      | v1.35.4 | name: bridge                                |
      | v1.35.4 | name: bridge, ipMasqBackend: nftables       |

  @NW-023
  Scenario: over IPv6 too
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {ipFamily: dual, podSubnet: "10.244.0.0/16,fd00:10:244::/56", cni: flannel}
      nodes:
        - {name: node1, addresses: [192.168.1.201, "fd00:1::201"], podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]}
        - {name: node2, addresses: [192.168.1.202, "fd00:1::202"], podCIDRs: [10.244.2.0/24, "fd00:10:244:2::/64"]}
      externalClients: [{name: six, address: "2001:db8::7"}]
      """
    When pod "client" pings 2001:db8::7
    Then every request is answered
    And the path is:
      | in    | step    | source      | destination |
      | node1 | snat    | fd00:1::201 | 2001:db8::7 |
      | six   | deliver | fd00:1::201 | 2001:db8::7 |

  @004-outside-broken
  Scenario: without masquerade the answer finds no way back
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {name: bridge, ipMasq: false}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
      externalClients: [{name: phone, address: 203.0.113.7}]
      """
    When pod "client" pings 203.0.113.7
    Then the path is:
      | in     | step    | source     | destination |
      | client | send    | 10.244.1.9 | 203.0.113.7 |
      | phone  | deliver | 10.244.1.9 | 203.0.113.7 |
    And the path of the reply is:
      | in     | step | source      | destination |
      | phone  | send | 203.0.113.7 | 10.244.1.9  |
      | router | drop | 203.0.113.7 | 10.244.1.9  |

  Scenario: a Service for a database outside
    # Who knows only the Service's name does not see that the server is no pod; the server sees the client's machine.
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: flannel}
      nodes: [{name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}]
      externalClients:
        - {name: database, address: 203.0.113.20, listens: [{port: 5432}], answers: "{hostname} at {ip}"}
      """
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: database}
      spec: {clusterIP: 10.96.0.32, ports: [{port: 5432, targetPort: 5432}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: database-1, labels: {kubernetes.io/service-name: database}}
      addressType: IPv4
      ports: [{name: "", port: 5432, protocol: TCP}]
      endpoints: [{addresses: [203.0.113.20]}]
      """
    When pod "client" connects to 10.96.0.32:5432
    Then every request is answered
    And the path is:
      | in       | step    | source             | destination       |
      | client   | send    | 10.244.1.9         | 10.96.0.32:5432   |
      | node1    | dnat    | 10.244.1.9         | 203.0.113.20:5432 |
      | node1    | snat    | 192.168.1.201      | 203.0.113.20:5432 |
      | database | deliver | 192.168.1.201      | 203.0.113.20:5432 |
    When pod "client" connects to 203.0.113.20:5433
    Then every request is refused
