Feature: flannel with host-gw

  Nodes of one network need no tunnel: each has a route to every other node's pods, by way of that node.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, backend: host-gw}}
      nodes:
        - {name: node01, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node02, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      """
    And pod "client" on node "node01" at 10.244.1.9
    And pod "server" on node "node02" at 10.244.2.9
    And the image "busybox" listens on tcp port 80

  @GAP-003
  Scenario: the next hop is the other node, and the packet has one header from end to end
    Then the routes of node "node01" are:
      """
      default via 192.168.1.1 dev eth0
      10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1
      10.244.2.0/24 via 192.168.1.202 dev eth0
      192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.201
      """
    When pod "client" connects to 10.244.2.9:80
    Then pod "server" answers
    And the path is:
      | in     | device | step    | gateway       | source           | destination   | ttl | outer |
      | client |        | send    |               | 10.244.1.9:51412 | 10.244.2.9:80 | 64  |       |
      | client | eth0   | route   | 10.244.1.1    | 10.244.1.9:51412 | 10.244.2.9:80 | 64  |       |
      | node01 | eth0   | route   | 192.168.1.202 | 10.244.1.9:51412 | 10.244.2.9:80 | 64  |       |
      | node02 | cni0   | route   |               | 10.244.1.9:51412 | 10.244.2.9:80 | 63  |       |
      | server | eth0   | route   |               | 10.244.1.9:51412 | 10.244.2.9:80 | 62  |       |
      | server |        | deliver |               | 10.244.1.9:51412 | 10.244.2.9:80 | 62  |       |
