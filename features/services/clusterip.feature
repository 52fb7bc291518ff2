Feature: ClusterIP

  A Service has one address inside the cluster. kube-proxy turns it into the address of one of its pods.

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
      """
    And pod "client" on node "node01"

  @NW-003
  Scenario: a pod reaches every pod behind the ClusterIP
    Given 4 "web" replicas behind the ClusterIP service "web" on port 8000
    And service "web" will get the ClusterIP 10.96.0.20
    When pod "client" curls http://10.96.0.20:8000
    Then every request is answered
    And each of the 4 pods answers 1/4 of the requests

  @NW-004
  Scenario: a node reaches every pod behind the ClusterIP
    Given 2 "web" replicas behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When node "master" curls http://10.96.0.20
    Then every request is answered
    And each of the 2 pods answers 1/2 of the requests

  @NW-005 @SV-002
  Scenario: a Service's only pod reaches itself through the Service
    Given the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node02 | 10.244.2.40 |
    And 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When pod "web-a" curls http://10.96.0.20
    Then pod "web-a" answers

  @GAP-008
  Scenario: a pod that reaches itself is masqueraded to its bridge
    Given the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node02 | 10.244.2.40 |
    And 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When pod "web-a" curls http://10.96.0.20
    Then the server sees the source 10.244.2.1
    And the request visits chain "KUBE-MARK-MASQ"

  @NW-006 @NW-007
  Scenario Outline: UDP reaches the pods from pods and nodes
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: dns-a, labels: {app: dns}}
      spec:
        nodeName: node01
        containers: [{name: dns, image: dns, ports: [{containerPort: 53, protocol: UDP}]}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: dns-b, labels: {app: dns}}
      spec:
        nodeName: node02
        containers: [{name: dns, image: dns, ports: [{containerPort: 53, protocol: UDP}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: dns}
      spec:
        clusterIP: 10.96.0.53
        selector: {app: dns}
        ports: [{port: 53, protocol: UDP}]
      """
    When <client> sends a udp packet to 10.96.0.53:53
    Then each of the 2 pods answers 1/2 of the requests

    Examples:
      | client        |
      | pod "client"  |
      | node "master" |
      | node "node02" |

  @KC-046
  Scenario Outline: one port number on two protocols is two ports
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
        clusterIP: 10.96.0.53
        selector: {app: dns}
        ports: [{name: tcp, port: 53, protocol: TCP}, {name: udp, port: 53, protocol: UDP}]
      """
    When pod "client" sends a <protocol> packet to 10.96.0.53:53
    Then pod "dns" answers

    Examples:
      | protocol |
      | tcp      |
      | udp      |

  @KC-047
  Scenario Outline: two ports lead to the pods that serve them
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, labels: {app: web}}
      spec:
        nodeName: node02
        containers:
        - {name: web, image: web, ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 9090}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        clusterIP: 10.96.0.20
        selector: {app: web}
        ports: [{name: http, port: 80, targetPort: http}, {name: admin, port: 90, targetPort: admin}]
      """
    When pod "client" curls http://10.96.0.20:<port>
    Then the request arrives at <pod>

    Examples:
      | port | pod             |
      | 80   | 10.244.2.2:8080 |
      | 90   | 10.244.2.2:9090 |

  @NW-020
  Scenario Outline: two Services with one selector both reach its pods
    Given 2 "web" replicas behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web-too}
      spec:
        clusterIP: 10.96.0.21
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """
    When pod "client" curls http://<address>
    Then each of the 2 pods answers 1/2 of the requests

    Examples:
      | address    |
      | 10.96.0.20 |
      | 10.96.0.21 |

  Scenario: a port that the Service does not have leads nowhere
    Given 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When pod "client" curls http://10.96.0.20:81
    Then the request is left-the-cluster
    And the explanation says "has the ports tcp 80; tcp 81 is none of them"

  Scenario: a ClusterIP answers no ping, a pod behind it does
    Given 1 "web" replica behind the ClusterIP service "web"
    And the pods of deployment "web" will be:
      | name | node   | address     |
      | web  | node02 | 10.244.2.20 |
    And service "web" will get the ClusterIP 10.96.0.20
    When pod "client" pings 10.96.0.20
    Then the request is left-the-cluster
    And the explanation says "answers no ping: kube-proxy translates only its ports (tcp 80)"
    When pod "client" pings 10.244.2.20
    Then the request is answered
    And pod "web" sees the source 10.244.1.2

  @KC-042
  Scenario: the Service kubernetes is among those of all namespaces
    When I run "kubectl get svc --all-namespaces"
    Then it prints the lines:
      """
      NAMESPACE   NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
      default     kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   <any>
      """

  @KC-045
  Scenario: a pod more is an endpoint more
    Given 0 "web" replicas behind the ClusterIP service "web"
    And these pods will be pinned:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.40 |
      | web-b | node02 | 10.244.2.40 |
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a, labels: {app: web}}
      spec: {nodeName: node01, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-b, labels: {app: web}}
      spec: {nodeName: node02, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """
    Then the endpoints of service "web" are 10.244.1.40:8080, 10.244.2.40:8080

  @KC-045
  Scenario: a pod less is an endpoint less
    Given 0 "web" replicas behind the ClusterIP service "web"
    And these pods will be pinned:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.40 |
      | web-b | node02 | 10.244.2.40 |
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a, labels: {app: web}}
      spec: {nodeName: node01, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-b, labels: {app: web}}
      spec: {nodeName: node02, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      """
    And I delete pod "web-b"
    Then the endpoints of service "web" are 10.244.1.40:8080

  @KC-045
  Scenario: without pods there are no endpoints
    Given 2 "web" replicas behind the ClusterIP service "web"
    When I scale deployment "web" to 0 replicas
    Then service "web" has no endpoints

  @SV-005
  Scenario: a deleted Service answers no more
    Given 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When I delete service "web"
    And node "master" curls http://10.96.0.20
    Then the request is left-the-cluster
    And the explanation says "no Service has the address 10.96.0.20"

  @SV-035
  Scenario: a Service that is made again works again
    Given 2 "web" replicas behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20
    When I delete service "web"
    And I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """
    And pod "client" curls http://10.96.0.20
    Then each of the 2 pods answers 1/2 of the requests

  @SV-010
  Scenario Outline: ports that are added answer, ports that are removed do not
    Given 1 "web" replica behind the ClusterIP service "other"
    And service "web" will get the ClusterIP 10.96.0.20
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 8080}]
      """
    And I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{name: b, port: 81, targetPort: 8080}, {name: c, port: 82, targetPort: 8080}]
      """
    And pod "client" curls http://10.96.0.20:<port>
    Then the request is <fate>

    Examples:
      | port | fate             |
      | 80   | left-the-cluster |
      | 81   | delivered        |
      | 82   | delivered        |

  @KC-041
  Scenario: Services are deleted by their label, and only those
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: one, labels: {tier: old}}
      spec: {selector: {app: one}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: two, labels: {tier: old}}
      spec: {selector: {app: two}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: three, labels: {tier: new}}
      spec: {selector: {app: three}, ports: [{port: 80}]}
      """
    When I run "kubectl delete svc -l tier=old"
    And I run "kubectl get svc -o name"
    Then it prints:
      """
      service/kubernetes
      service/three
      """

  @KX-011
  Scenario: a deleted namespace takes its Services with it
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {clusterIP: 10.96.0.30, selector: {app: web}, ports: [{port: 80}]}
      """
    When I run "kubectl delete namespace shop"
    And I run "kubectl get svc --all-namespaces -o name"
    Then it prints "service/kubernetes"
