Feature: The source address that a server sees

  kube-proxy leaves a pod's own address alone, and replaces that of anybody else, so that the answer finds its way back.

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
    And pod "client" on node "node01" at 10.244.1.9
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node02 | 10.244.2.40 |
    And 1 "web" replica behind the NodePort service "web" on port 30080
    And service "web" will get the ClusterIP 10.96.0.20

  @SV-025
  Scenario: a pod is seen by its own address through a ClusterIP
    When pod "client" curls http://10.96.0.20
    Then the server sees the source 10.244.1.9

  @GAP-006
  Scenario: the client sees the ClusterIP answer, not the pod
    When pod "client" curls http://10.96.0.20
    Then the answer comes from 10.96.0.20:80

  Scenario: a client outside is seen as the node by which it came in
    When client "laptop" curls http://192.168.1.201:30080
    Then the server sees the source 10.244.1.0

  Scenario: a client outside is seen as the bridge when the pod is on that node
    When client "laptop" curls http://192.168.1.202:30080
    Then the server sees the source 10.244.2.1

  Scenario: a pod that asks another node's port is seen as that node
    When pod "client" curls http://192.168.1.202:30080
    Then the server sees the source 10.244.2.1

  @GAP-007
  Scenario Outline: with externalTrafficPolicy Local nobody replaces the client's address
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: local}
      spec:
        type: NodePort
        externalTrafficPolicy: <policy>
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30090}]
      """
    When client "laptop" curls http://192.168.1.202:30090
    Then the server sees the source <source>

    Examples:
      | policy  | source       |
      | Cluster | 10.244.2.1   |
      | Local   | 192.168.1.50 |

  Scenario: with externalTrafficPolicy Local a node without a pod does not answer
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: local}
      spec:
        type: NodePort
        externalTrafficPolicy: Local
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30090}]
      """
    When client "laptop" curls http://192.168.1.201:30090
    Then the request is dropped
    And curl exits with 28
    And the explanation says "has externalTrafficPolicy Local, and none of its ready pods is on node01"
