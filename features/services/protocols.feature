Feature: Every protocol

  What kube-proxy promises for TCP it promises for UDP and SCTP: from pods, from nodes and from the endpoints themselves, by ClusterIP
  and by nodePort, every endpoint is reached.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
        - {name: node02, addresses: [192.168.1.202]}
      """
    And pod "client" on node "master"
    And the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: near, labels: {app: echo}}
      spec:
        nodeName: node01
        containers: [{name: c, image: echo, ports: [{containerPort: 81, protocol: UDP}, {containerPort: 82, protocol: SCTP}]}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: far, labels: {app: echo}}
      spec:
        nodeName: node02
        containers: [{name: c, image: echo, ports: [{containerPort: 81, protocol: UDP}, {containerPort: 82, protocol: SCTP}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        type: NodePort
        clusterIP: 10.96.0.60
        selector: {app: echo}
        ports:
          - {name: udp, port: 81, protocol: UDP, nodePort: 30081}
          - {name: sctp, port: 82, protocol: SCTP, nodePort: 30082}
      """

  @NW-006 @NW-007 @NW-008 @NW-009 @NW-010 @NW-011
  Scenario Outline: <from> reaches every endpoint over <protocol>
    When <from> sends a <protocol> packet to 10.96.0.60:<port>
    Then every request is answered
    And pod "near" answers 1/2 of the requests
    And pod "far" answers 1/2 of the requests
    When <from> sends a <protocol> packet to 192.168.1.202:<nodePort>
    Then every request is answered
    And pod "near" answers 1/2 of the requests
    And pod "far" answers 1/2 of the requests

    Examples: a pod, a node, and an endpoint, which may reach itself
      | from          | protocol | port | nodePort |
      | pod "client"  | udp      | 81   | 30081    |
      | node "master" | udp      | 81   | 30081    |
      | node "node01" | udp      | 81   | 30081    |
      | pod "near"    | udp      | 81   | 30081    |
      | pod "far"     | udp      | 81   | 30081    |
      | pod "client"  | sctp     | 82   | 30082    |
      | node "master" | sctp     | 82   | 30082    |
      | node "node01" | sctp     | 82   | 30082    |
      | pod "near"    | sctp     | 82   | 30082    |
      | pod "far"     | sctp     | 82   | 30082    |

  @NW-018
  Scenario Outline: one endpoint less is one answer less, over <protocol>
    When I delete pod "far"
    And <from> sends a <protocol> packet to 10.96.0.60:<port>
    Then pod "near" answers 1 of the requests

    Examples:
      | from          | protocol | port |
      | pod "client"  | udp      | 81   |
      | node "master" | udp      | 81   |
      | pod "client"  | sctp     | 82   |
