Feature: Near endpoints

  A Service can ask for endpoints near the client: the controller writes into the EndpointSlices for whom each endpoint is meant, and
  kube-proxy of every node keeps to it as long as somebody is near.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      networking: {podSubnet: 10.244.0.0/16, kubeProxyMode: iptables, cni: flannel}
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: a1, addresses: [192.168.1.201], labels: {topology.kubernetes.io/zone: zone-a}}
        - {name: a2, addresses: [192.168.1.202], labels: {topology.kubernetes.io/zone: zone-a}}
        - {name: b1, addresses: [192.168.1.203], labels: {topology.kubernetes.io/zone: zone-b}}
        - {name: c1, addresses: [192.168.1.204], labels: {topology.kubernetes.io/zone: zone-c}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a, labels: {app: web}}
      spec: {nodeName: a1, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-b, labels: {app: web}}
      spec: {nodeName: b1, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client-a1}
      spec: {nodeName: a1, containers: [{name: client, image: busybox}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client-a2}
      spec: {nodeName: a2, containers: [{name: client, image: busybox}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client-b}
      spec: {nodeName: b1, containers: [{name: client, image: busybox}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client-c}
      spec: {nodeName: c1, containers: [{name: client, image: busybox}]}
      """

  @TP-002 @TP-003 @TP-004 @TP-005
  Scenario Outline: <value>: each zone asks its own endpoints, a zone without any asks all
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.0.20, trafficDistribution: <value>, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      """
    And pod "client-a2" connects to 10.96.0.20:80
    Then pod "web-a" answers
    When pod "client-b" connects to 10.96.0.20:80
    Then pod "web-b" answers
    When pod "client-c" curls service "web" 300 times
    Then pod "web-a" answers 1/2 of the requests
    And pod "web-b" answers 1/2 of the requests

    Examples:
      | value          |
      | PreferClose    |
      | PreferSameZone |

  @TP-006 @TP-007
  Scenario: PreferSameNode: the own node first, then the zone
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a2, labels: {app: web}}
      spec: {nodeName: a2, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.0.20, trafficDistribution: PreferSameNode, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      """
    And pod "client-a2" connects to 10.96.0.20:80
    Then pod "web-a2" answers
    When pod "client-a1" connects to 10.96.0.20:80
    Then pod "web-a" answers
    When the readiness of pod "web-a2" fails
    And 2 seconds pass
    And pod "client-a2" connects to 10.96.0.20:80
    Then pod "web-a" answers
    When the readiness of pod "web-a2" succeeds again
    And 2 seconds pass
    And pod "client-a2" connects to 10.96.0.20:80
    Then pod "web-a2" answers

  @TP-001
  Scenario: topology-mode Auto: as many endpoints for a zone as it has CPUs
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-c, labels: {app: web}}
      spec: {nodeName: c1, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a2, labels: {app: web}}
      spec: {nodeName: a2, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """
    And I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, annotations: {service.kubernetes.io/topology-mode: Auto}}
      spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      """
    Then these events happened:
      | reason                   | object      | message                                                  |
      | TopologyAwareHintsEnabled | service/web | Topology Aware Hints has been enabled, addressType: IPv4 |
    When pod "client-c" connects to 10.96.0.20:80
    Then pod "web-c" answers
    When pod "client-a1" curls service "web" 300 times
    Then pod "web-a" answers 1/2 of the requests
    And pod "web-a2" answers 1/2 of the requests

  Scenario: topology-mode Auto with too few endpoints hints nobody, and says why
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, annotations: {service.kubernetes.io/topology-mode: Auto}}
      spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      """
    Then these events happened:
      | reason                     | object      | message                                                                        |
      | TopologyAwareHintsDisabled | service/web | Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4 |
    When pod "client-a1" curls service "web" 300 times
    Then pod "web-a" answers 1/2 of the requests
    And pod "web-b" answers 1/2 of the requests
