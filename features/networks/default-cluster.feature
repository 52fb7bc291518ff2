Feature: The default cluster

  Without a Cluster document there are a control plane and two workers, 192.168.1.200 to .202, with flannel and kube-proxy in iptables mode.

  Background:
    Given the default cluster
    And the external client "phone" at 203.0.113.7
    And the image "shop" listens on tcp port 9000 and answers "welcome to {hostname}"
    And these pods will be pinned:
      | name   | node    | address     |
      | shop-a | worker  | 10.244.1.40 |
      | shop-b | worker2 | 10.244.2.40 |
    And the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: shop-a, labels: {app: shop}}
      spec: {nodeName: worker, containers: [{name: shop, image: shop}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: shop-b, labels: {app: shop}}
      spec: {nodeName: worker2, containers: [{name: shop, image: shop}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: shop}
      spec:
        type: NodePort
        clusterIP: 10.96.0.90
        selector: {app: shop}
        ports: [{port: 80, targetPort: 9000, nodePort: 30090}]
      """
    And pod "client" on node "worker" at 10.244.1.9

  Scenario: a pod finds the API server through the Service kubernetes
    When pod "client" connects to 10.96.0.1:443
    Then node "control-plane" answers
    And the request arrives at 192.168.1.200:6443

  Scenario: curl prints what the image answers
    When pod "client" wgets http://10.244.2.40:9000
    Then curl prints:
      """
      welcome to shop-b
      """

  Scenario: a client from another network comes in by the router
    When client "phone" curls http://192.168.1.201:30090
    Then every request is answered
    And each of the 2 pods answers 50 % of the requests within 0.1 %
    And the answer comes from 192.168.1.201:30090

  Scenario: the Service's own rules take the request
    When pod "client" curls http://10.96.0.90
    Then the request visits the rules:
      """
      -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A KUBE-SERVICES -d 10.96.0.90/32 -p tcp -m comment --comment "default/shop cluster IP" -m tcp --dport 80 -j KUBE-SVC-PFINMTQ5Y2TT4XZK
      """

  Scenario: a request to one pod is answered by no other
    When pod "client" curls http://10.244.1.40:9000
    Then the request arrives at 10.244.1.40
    And pod "shop-a" answers
    And pod "shop-b" never answers

  Scenario: the answer of a pod on the same bridge is not routed
    When pod "client" curls http://10.244.1.40:9000
    Then the path of the reply is:
      | in     | step    | source           | destination      | ttl |
      | shop-a | send    | 10.244.1.40:9000 | 10.244.1.9:51412 | 64  |
      | client | deliver | 10.244.1.40:9000 | 10.244.1.9:51412 | 64  |

  Scenario: UDP to a port where nobody listens is refused
    When pod "client" sends udp packets to 10.244.2.40:53 100 times
    Then every request is refused
    And the client gets the ICMP error type 3 code 3

  Scenario: a deleted workload leaves its Service without endpoints
    Given 2 "web" replicas behind the ClusterIP service "web"
    When I delete deployment "web"
    Then service "web" has no endpoints
