Feature: Endpoints that people write

  A Service without a selector has the endpoints that somebody writes for it: EndpointSlices, or the older Endpoints, which are copied
  into slices. kube-proxy takes all slices of a Service together, each with its own ports.

  Background:
    Given the cluster from "cluster.yaml"
    And the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: near}
      spec: {nodeName: node01, containers: [{name: c, image: c, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: far}
      spec: {nodeName: node02, containers: [{name: c, image: c, ports: [{containerPort: 8181}]}]}
      """
    And these pods will be pinned:
      | name | node   | address     |
      | near | node01 | 10.244.1.40 |
      | far  | node02 | 10.244.2.40 |

  @KC-013
  Scenario: two slices with other addresses and other ports: every address is reached at its own port
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: hand}
      spec: {clusterIP: 10.96.0.70, ports: [{name: http, port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: hand-1, labels: {kubernetes.io/service-name: hand}}
      addressType: IPv4
      ports: [{name: http, port: 8080}]
      endpoints: [{addresses: [10.244.1.40]}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: hand-2, labels: {kubernetes.io/service-name: hand}}
      addressType: IPv4
      ports: [{name: http, port: 8181}]
      endpoints: [{addresses: [10.244.2.40]}]
      """
    Then the endpoints of service "hand" are 10.244.1.40:8080, 10.244.2.40:8181
    When pod "client" curls http://10.96.0.70
    Then every request is answered
    And pod "near" answers 1/2 of the requests
    And pod "far" answers 1/2 of the requests

  @KC-014
  Scenario Outline: two slices with one address and other ports: each port of the Service has its own, <port>
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: hand}
      spec: {clusterIP: 10.96.0.70, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: hand-1, labels: {kubernetes.io/service-name: hand}}
      addressType: IPv4
      ports: [{name: http, port: 8080}]
      endpoints: [{addresses: [10.244.1.40]}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: hand-2, labels: {kubernetes.io/service-name: hand}}
      addressType: IPv4
      ports: [{name: admin, port: 9090}]
      endpoints: [{addresses: [10.244.1.40]}]
      """
    And pod "client" curls http://10.96.0.70:<port>
    Then the request arrives at <pod>

    Examples:
      | port | pod              |
      | 80   | 10.244.1.40:8080 |
      | 81   | 10.244.1.40:9090 |

  @MS-001
  Scenario Outline: Endpoints with one address in two subsets are copied into slices that serve both ports, <port>
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: hand}
      spec: {clusterIP: 10.96.0.70, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
      ---
      apiVersion: v1
      kind: Endpoints
      metadata: {name: hand}
      subsets:
        - {addresses: [{ip: 10.244.1.40}], ports: [{name: http, port: 8080}]}
        - {addresses: [{ip: 10.244.1.40}], ports: [{name: admin, port: 9090}]}
      """
    And pod "client" curls http://10.96.0.70:<port>
    Then the request arrives at <pod>

    Examples:
      | port | pod              |
      | 80   | 10.244.1.40:8080 |
      | 81   | 10.244.1.40:9090 |

  Scenario: a slice of another Service's name is not this Service's
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: hand}
      spec: {clusterIP: 10.96.0.70, ports: [{name: http, port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: hand-1, labels: {kubernetes.io/service-name: other}}
      addressType: IPv4
      ports: [{name: http, port: 8080}]
      endpoints: [{addresses: [10.244.1.40]}]
      """
    And pod "client" curls http://10.96.0.70
    Then the request is rejected
