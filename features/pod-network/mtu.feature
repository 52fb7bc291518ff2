Feature: MTU

  A tunnel needs room for its own headers, so that pods' devices take less than the machines' cards: 1450 bytes with vxlan, 1472 with
  flannel's udp. A packet that may not be cut and does not fit ends with a word about the size that would fit.

  Background:
    Given the manifests from "pods.yaml"
    And these pods will be pinned:
      | name   | node  | address     |
      | web-1  | node1 | 10.244.1.40 |
      | web-2  | node2 | 10.244.2.40 |
      | client | node1 | 10.244.1.9  |

  @GAP-004
  Scenario Outline: <size> bytes pass from pod to pod, and not one more: <network>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      externalClients: [{name: laptop, address: 192.168.1.50}]
      """
    When pod "client" sends a udp packet of <size> bytes that may not be cut to 10.244.2.40:8081
    Then pod "web-2" answers
    When pod "client" sends a udp packet of <size> bytes to 10.244.2.40:8081
    Then pod "web-2" answers
    When pod "client" sends a udp packet of <more> bytes that may not be cut to 10.244.2.40:8081
    Then the request is mtu-exceeded
    And the explanation says "<more> bytes do not fit the MTU of its way, <size>"

    Examples:
      | size | more | network                                   |
      | 1450 | 1451 | name: flannel                             |
      | 1472 | 1473 | name: flannel, backend: udp               |
      | 1500 | 1501 | name: flannel, backend: host-gw           |
      | 1250 | 1251 | name: flannel, mtu: 1300                  |
      | 1400 | 1401 | name: bridge, nodeRoutes: true, mtu: 1400 |

  @GAP-004
  Scenario: a packet from outside that does not fit the tunnel is refused with the size that would
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: flannel}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      externalClients: [{name: laptop, address: 192.168.1.50}]
      """
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        type: NodePort
        clusterIP: 10.96.0.20
        selector: {app: web}
        ports: [{port: 8081, protocol: UDP, nodePort: 30081}]
      """
    And the image "web" listens on udp port 8081
    When I run "kubectl delete pod web-1"
    And client "laptop" sends a udp packet of 1451 bytes that may not be cut to 192.168.1.201:30081
    Then the request is mtu-exceeded
    And the client gets the ICMP error type 3 code 4
    When client "laptop" sends a udp packet of 1450 bytes that may not be cut to 192.168.1.201:30081
    Then pod "web-2" answers
    And the path is:
      | in    | step        | bytes | outer                               |
      | node1 | encapsulate | 1450  | 192.168.1.201 -> 192.168.1.202:8472 |
      | node2 | decapsulate | 1450  | 192.168.1.201 -> 192.168.1.202:8472 |

  Scenario: the tunnel's own packet has the bytes of the inner one and fifty more
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: flannel}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    When pod "client" curls http://10.244.2.40:8080
    Then the path is:
      | in    | step     | device    | bytes |
      | …     |          |           |       |
      | node1 | transmit | eth0      | 110   |
      | node2 | receive  | eth0      | 110   |
      | …     |          |           |       |
      | web-2 | receive  | eth0      | 60    |

  @NW-017
  Scenario Outline: a datagram larger than any packet is cut, and put together where it arrives: <network>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 81, targetPort: 8081, protocol: UDP}]}
      """
    When I run "kubectl delete pod web-1"
    And pod "client" sends a udp packet of 3000 bytes to 10.96.0.20:81
    Then pod "web-2" answers
    And the server sees the source 10.244.1.9
    And the path is:
      | in     | step        | bytes   |
      | client | send        | 3000    |
      | node1  | encapsulate | <first> |
      | node1  | encapsulate | <first> |
      | node1  | encapsulate | <last>  |
      | node2  | decapsulate | <first> |
      | node2  | decapsulate | <first> |
      | node2  | decapsulate | <last>  |
      | web-2  | deliver     | 3000    |

    # Pieces begin at multiples of eight bytes: of 1450 bytes 1444 are used, of 1472 bytes 1468.
    Examples:
      | network                     | first | last |
      | name: flannel               | 1444  | 152  |
      | name: flannel, backend: udp | 1468  | 104  |

  @NW-013
  Scenario: a large request over TCP never meets the limit, because both ends say how much they take
    # What is walked is the first packet and its answer; how much each end takes follows from its device.
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      networking: {podSubnet: 10.244.0.0/16, cni: flannel}
      nodes:
        - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    Then the devices of pod "client" are:
      | device | mtu  |
      | eth0   | 1450 |
    And the devices of pod "web-2" are:
      | device | mtu  |
      | eth0   | 1450 |
    When pod "client" curls http://10.244.2.40:8080
    Then pod "web-2" answers
