Feature: NodePort

  A NodePort Service answers on the same port of every node, whichever node runs its pods.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.13.0
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
        - {name: node02, addresses: [192.168.1.202]}
      externalClients:
        - {name: laptop, address: 192.168.1.50}
      """
    And pod "client" on node "node01"

  Scenario: a NodePort spreads connections over every replica
    Given 3 "mytest" replicas behind the NodePort service "mytest-svc" on port 31298
    When an external client curls http://192.168.1.200:31298 3000 times
    Then every request is answered
    And each of the 3 pods answers 1/3 of the requests
    And the chosen path of the first request is:
      | node   | step       | source             | destination         |
      | laptop | send       | 192.168.1.50:51412 | 192.168.1.200:31298 |
      | master | prerouting | 192.168.1.50:51412 | 192.168.1.200:31298 |
      | …      |            |                    |                     |

  @NW-003
  Scenario Outline: a pod reaches every pod through any node's port
    Given 2 "web" replicas behind the NodePort service "web" on port 30080
    When pod "client" curls http://<node>:30080
    Then every request is answered
    And each of the 2 pods answers 1/2 of the requests

    Examples:
      | node          |
      | 192.168.1.200 |
      | 192.168.1.201 |
      | 192.168.1.202 |

  @NW-004
  Scenario Outline: a node reaches every pod through any node's port
    Given 2 "web" replicas behind the NodePort service "web" on port 30080
    When node "<from>" curls http://192.168.1.202:30080
    Then every request is answered
    And each of the 2 pods answers 1/2 of the requests

    Examples:
      | from   |
      | master |
      | node01 |
      | node02 |

  @NW-022
  Scenario Outline: a UDP nodePort answers pods and nodes
    Given the image "echo" listens on udp port 5353
    And the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, labels: {app: echo}}
      spec:
        nodeName: node02
        containers: [{name: echo, image: echo}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        type: NodePort
        selector: {app: echo}
        ports: [{port: 53, targetPort: 5353, protocol: UDP, nodePort: 30053}]
      """
    When <client> sends a udp packet to 192.168.1.201:30053
    Then pod "echo" answers

    Examples:
      | client        |
      | pod "client"  |
      | node "master" |

  @SV-006
  Scenario Outline: one nodePort number serves both protocols
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: dns, labels: {app: dns}}
      spec:
        nodeName: node02
        containers:
        - name: dns
          image: dns
          ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: dns}
      spec:
        type: NodePort
        selector: {app: dns}
        ports:
        - {name: tcp, port: 53, protocol: TCP, nodePort: 30053}
        - {name: udp, port: 53, protocol: UDP, nodePort: 30053}
      """
    When pod "client" sends a <protocol> packet to 192.168.1.200:30053
    Then pod "dns" answers

    Examples:
      | protocol |
      | tcp      |
      | udp      |

  Scenario: a port that no Service has is refused by the node itself
    Given 1 "web" replica behind the NodePort service "web" on port 30080
    When an external client curls http://192.168.1.200:30081
    Then the request is refused
    And the explanation says "no Service has the nodePort 30081"

  @SV-011
  Scenario Outline: a nodePort outside the range is refused
    When I run "kubectl apply -f -" with:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        type: NodePort
        selector: {app: web}
        ports: [{port: 80, nodePort: <nodePort>}]
      """
    Then it exits with 1
    And it says:
      """
      The Service "web" is invalid: spec.ports[0].nodePort: Invalid value: <nodePort>: provided port is not in the valid range. The range of valid ports is 30000-32767
      """

    Examples:
      | nodePort |
      | 29999    |
      | 32768    |

  @SV-026
  Scenario: a nodePort that another Service has is refused
    Given 1 "web" replica behind the NodePort service "web" on port 30080
    When I run "kubectl apply -f -" with:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: other}
      spec:
        type: NodePort
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
      """
    Then it exits with 1
    And it says:
      """
      The Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated
      """

  @SV-026 @SV-027
  Scenario: a deleted Service's nodePort can be taken again
    Given 1 "web" replica behind the NodePort service "web" on port 30080
    When I delete service "web"
    And I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: other}
      spec:
        type: NodePort
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
      """
    And an external client curls http://192.168.1.200:30080
    Then every request is answered

  @SV-027
  Scenario: a deleted Service's nodePort is closed
    Given 1 "web" replica behind the NodePort service "web" on port 30080
    When I delete service "web"
    And an external client curls http://192.168.1.200:30080
    Then the request is refused
    And the explanation says "There is no nodePort at all."
