Feature: Before everybody knows

  A change reaches the nodes one component after the other. What packets do in between is computed like everything else: rules that are
  older than the pods, connections that are older than the rules.

  Background:
    Given the cluster from "cluster.yaml"
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.10 |
      | web-b | node02 | 10.244.2.10 |

  @GAP-032
  Scenario: rules that nobody renews send into nothing
    When kube-proxy on node "node01" stops
    And I delete pod "web-b"
    And pod "client" connects to 10.96.0.20:80
    Then the path to pod "web-a" is:
      | in     | step                                | destination      |
      | client | send                                | 10.96.0.20:80    |
      | node01 | dnat                                | 10.244.1.10:8080 |
      | web-a  | deliver                             | 10.244.1.10:8080 |
    When pod "client" connects to 10.244.2.10:8080
    Then the request is host-unreachable
    When kube-proxy on node "node01" starts again
    And pod "client" curls service "web" 300 times
    Then every request is answered

  @GAP-032
  Scenario: endpoints that nobody renews keep a pod that is gone
    When the endpointslice controller stops
    And I delete pod "web-b"
    And I run "kubectl get endpointslices -l kubernetes.io/service-name=web"
    Then its output contains "10.244.1.10,10.244.2.10"
    When the endpointslice controller starts again
    And 1 second passes
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.11:8080

  Scenario: without a scheduler pods stay Pending
    When the scheduler stops
    And I scale deployment "web" to 3 replicas
    And I run "kubectl get pods"
    Then its output contains "Pending"
    When the scheduler starts again
    And 2 seconds pass
    Then the pods are:
      | name                 | node   | phase   |
      | client               | node01 | Running |
      | web-a                | node01 | Running |
      | web-b                | node02 | Running |
      | web-787c5c948b-s2bvq | node02 | Running |


  Scenario Outline: a UDP connection whose pod is gone: <how>
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {clusterIP: 10.96.0.30, selector: {app: echo}, ports: [{port: 53, protocol: UDP}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        replicas: 1
        selector: {matchLabels: {app: echo}}
        template:
          metadata: {labels: {app: echo}}
          spec: {containers: [{name: echo, image: echo, ports: [{containerPort: 53, protocol: UDP}]}]}
      """
    And the pods of deployment "echo" will be:
      | name  | node   | address     |
      | old   | node02 | 10.244.2.20 |
      | fresh | node02 | 10.244.2.21 |
    When pod "client" opens a udp connection to 10.96.0.30:53
    Then pod "old" answers
    When <component> stops
    And I delete pod "old"
    And the connection sends again
    Then <what>

    Examples:
      | how                                                        | component                  | what                            |
      | kube-proxy forgets it, and the next packet finds another   | kube-proxy on node "node02" | pod "fresh" answers             |
      | without kube-proxy it stays pinned to the address of a pod | kube-proxy on node "node01" | the request is host-unreachable |

  Scenario: a connection outlives the readiness of its pod
    When pod "client" opens a tcp connection to 10.244.2.10:8080
    And the readiness of pod "web-b" fails
    And 2 seconds pass
    And the connection sends again
    Then pod "web-b" answers
    And the endpoints of service "web" are 10.244.1.10:8080
    When the readiness of pod "web-b" succeeds again
    And 2 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080
