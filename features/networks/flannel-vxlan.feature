Feature: Flannel with vxlan

  Pods have addresses of their own. On one node a bridge joins them; between nodes a tunnel carries their packets.

  Background:
    Given the cluster from "../articles/001/cluster.yaml"
    And the image "web" listens on tcp port 8080
    And these pods will be pinned:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.40 |
      | web-b | node02 | 10.244.2.40 |
    And the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a}
      spec: {nodeName: node01, containers: [{name: web, image: web}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-b}
      spec: {nodeName: node02, containers: [{name: web, image: web}]}
      """
    And pod "client" on node "node01" at 10.244.1.9

  @GAP-001
  Scenario: two pods on one node meet on the bridge
    When pod "client" curls http://10.244.1.40:8080
    Then the path is:
      | in     | device | step     | source           | destination      | ttl |
      | client | eth0   | transmit | 10.244.1.9:51412 | 10.244.1.40:8080 | 64  |
      | node01 | cni0   | bridge   | 10.244.1.9:51412 | 10.244.1.40:8080 | 64  |
      | …      |        |          |                  |                  |     |

  @GAP-002
  Scenario: two pods on two nodes meet through one tunnel
    When pod "client" curls http://10.244.2.40:8080
    Then the path is:
      | node   | step        | source           | destination      | ttl | outer                               |
      | node01 | send        | 10.244.1.9:51412 | 10.244.2.40:8080 | 64  |                                     |
      | node01 | encapsulate | 10.244.1.9:51412 | 10.244.2.40:8080 | 63  | 192.168.1.201 -> 192.168.1.202:8472 |
      | node02 | decapsulate | 10.244.1.9:51412 | 10.244.2.40:8080 | 63  | 192.168.1.201 -> 192.168.1.202:8472 |
      | node02 | deliver     | 10.244.1.9:51412 | 10.244.2.40:8080 | 62  |                                     |

  Scenario: pods talk without translation
    When pod "client" curls http://10.244.2.40:8080
    Then the server sees the source 10.244.1.9

  Scenario: a pod that talks to the outside is seen as its node
    When pod "client" curls http://192.168.1.50:8080
    Then the path is:
      | node   | step | source              | destination       |
      | node01 | snat | 192.168.1.201:51412 | 192.168.1.50:8080 |

  Scenario: a node talks to its own pod from the bridge
    When node "node01" curls http://10.244.1.40:8080
    Then the server sees the source 10.244.1.1

  Scenario: a node talks to another node's pod from its tunnel device
    When node "node01" curls http://10.244.2.40:8080
    Then the server sees the source 10.244.1.0

  Scenario: an address that no pod has answers nobody
    When pod "client" curls http://10.244.1.77:8080
    Then the request is host-unreachable
    And curl exits with 7
