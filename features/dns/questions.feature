Feature: Questions are packets

  A pod's question goes to the ClusterIP of kube-dns, and kube-proxy brings it to a pod of CoreDNS like any other packet. What is broken
  on that way breaks the name, and the request is never sent.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
      addons: [coredns]
      """
    And pod "client" on node "node01" at 10.244.1.9
    And the pods of deployment "kube-system/coredns" will be:
      | name  | node   | address    |
      | dns-1 | master | 10.244.0.4 |
      | dns-2 | master | 10.244.0.5 |
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-1 | node01 | 10.244.1.21 |
    And 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.1.10

  Scenario: a question crosses the cluster and finds CoreDNS
    When pod "client" curls http://web/
    Then the request is answered
    And pod "web-1" answers
    And the path of the first question is:
      | node   | step        | source           | destination   |
      | node01 | send        | 10.244.1.9:38053 | 10.96.0.10:53 |
      | node01 | dnat        | 10.244.1.9:38053 | 10.244.0.4:53 |
      | node01 | encapsulate | 10.244.1.9:38053 | 10.244.0.4:53 |
      | master | decapsulate | 10.244.1.9:38053 | 10.244.0.4:53 |
      | master | deliver     | 10.244.1.9:38053 | 10.244.0.4:53 |

  Scenario: a Service kube-dns without endpoints refuses every question at once
    When I run "kubectl scale deployment coredns --replicas=0 -n kube-system"
    And 60 seconds pass
    And pod "client" curls http://web/
    Then the request is name-not-found
    And curl exits with 6
    And curl prints "curl: (6) Could not resolve host: web"
    And the explanation says "the question for web to 10.96.0.10:53 got no answer"
    And the lookup takes 0 seconds

  Scenario: without the Service the questions leave the cluster, and the pod waits for 20 seconds
    When I run "kubectl delete service kube-dns -n kube-system"
    And pod "client" curls http://web/
    Then the request is name-not-found
    And the lookup takes 20 seconds
    And the resolver asks:
      | name                           | type | answer  |
      | web.default.svc.cluster.local. | A    | TIMEOUT |
      | web.default.svc.cluster.local. | AAAA | TIMEOUT |
      | web.default.svc.cluster.local. | A    | TIMEOUT |
      | web.default.svc.cluster.local. | AAAA | TIMEOUT |
      | web.                           | A    | TIMEOUT |
      | web.                           | AAAA | TIMEOUT |
      | web.                           | A    | TIMEOUT |
      | web.                           | AAAA | TIMEOUT |

  Scenario: musl gives up after 5 seconds
    When I run "kubectl delete service kube-dns -n kube-system"
    And pod "client" looks up "web" with musl
    Then the name has no address
    And the lookup takes 5 seconds

  Scenario: with a DNS server that nobody has, the questions are lost
    When I run "kubectl delete service kube-dns -n kube-system"
    And pod "client" curls http://web/
    Then the explanation says "this cluster has no DNS server"
