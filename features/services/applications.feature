Feature: Applications of several parts

  Parts of an application find one another by the names of their Services.

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
      addons: [coredns]
      externalClients: [{name: laptop, address: 192.168.1.50}]
      images:
        - {image: guestbook, listens: [{port: 8080, protocol: TCP}], answers: "a page of {hostname}"}
        - {image: redis, listens: [{port: 6379, protocol: TCP}], answers: "+PONG"}
      """

  @KX-010
  Scenario: a guestbook: a page, one store to write to, two to read from
    Given 3 "guestbook" replicas behind the NodePort service "frontend" on port 30080
    And the manifests:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: leader}
      spec:
        replicas: 1
        selector: {matchLabels: {role: leader}}
        template:
          metadata: {labels: {role: leader}}
          spec: {containers: [{name: redis, image: redis}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: follower}
      spec:
        replicas: 2
        selector: {matchLabels: {role: follower}}
        template:
          metadata: {labels: {role: follower}}
          spec: {containers: [{name: redis, image: redis}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: redis-leader}
      spec: {selector: {role: leader}, ports: [{port: 6379}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: redis-follower}
      spec: {selector: {role: follower}, ports: [{port: 6379}]}
      """
    And the pods of deployment "guestbook" will be:
      | name   | node   | address     |
      | page-a | node01 | 10.244.1.40 |
      | page-b | node02 | 10.244.2.40 |
      | page-c | node02 | 10.244.2.41 |
    And the pods of deployment "leader" will be:
      | name   | node   | address     |
      | leader | node01 | 10.244.1.50 |
    And the pods of deployment "follower" will be:
      | name       | node   | address     |
      | follower-a | node01 | 10.244.1.51 |
      | follower-b | node02 | 10.244.2.51 |
    When client "laptop" curls http://192.168.1.201:30080
    Then each of the 3 pods answers 1/3 of the requests
    When pod "page-b" curls http://redis-leader:6379
    Then pod "leader" answers
    When pod "page-b" curls http://redis-follower:6379
    Then each of the 2 pods answers 1/2 of the requests
    And pod "follower-a" answers 1/2 of the requests
    When pod "follower-b" curls http://redis-leader:6379
    Then pod "leader" answers
    When I run "kubectl delete services frontend redis-leader redis-follower"
    And I run "kubectl delete deployments guestbook follower"
    And client "laptop" curls http://192.168.1.201:30080
    Then the request is refused
    When pod "leader" curls http://redis-follower:6379
    Then the request is name-not-found
    And the pods are:
      | name   | node   |
      | leader | node01 |

  @KX-009
  Scenario: kubectl expose makes a Service of a controller, and another of that Service
    Given the manifests:
      """
      apiVersion: v1
      kind: ReplicationController
      metadata: {name: store}
      spec:
        replicas: 1
        selector: {app: store}
        template:
          metadata: {labels: {app: store}}
          spec: {containers: [{name: redis, image: redis, ports: [{containerPort: 6379}]}]}
      """
    And the pods of replicationcontroller "store" will be:
      | name  | node   | address     |
      | store | node02 | 10.244.2.60 |
    And pod "client" on node "node01"
    When I run "kubectl expose rc store --name=rm2 --port=1234 --target-port=6379"
    Then it prints "service/rm2 exposed"
    And the endpoints of service "rm2" are 10.244.2.60:6379
    When I run "kubectl expose service rm2 --name=rm3 --port=2345 --target-port=6379"
    Then it prints "service/rm3 exposed"
    And the endpoints of service "rm3" are 10.244.2.60:6379
    When pod "client" curls http://rm2:1234
    Then pod "store" answers
    When pod "client" curls http://rm3:2345
    Then pod "store" answers

  @KC-037
  Scenario Outline: a NodePort Service is reached by its name, by its ClusterIP and at every node: <address>
    Given 2 "web" replicas behind the NodePort service "web" on port 30090
    And service "web" will get the ClusterIP 10.96.0.90
    And pod "client" on node "node01"
    When pod "client" curls http://<address>
    Then each of the 2 pods answers 1/2 of the requests

    Examples:
      | address             |
      | web                 |
      | web.default         |
      | 10.96.0.90          |
      | 192.168.1.200:30090 |
      | 192.168.1.201:30090 |
      | 192.168.1.202:30090 |
