Feature: When CoreDNS is half dead

  Two pods answer for kube-dns. When one is lost and the nodes do not know it yet, half of the names are lost with it: a resolver asks
  again, but from the same port, and the node remembers where it sent that port's first question.

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
      """
    And the pods of deployment "kube-system/coredns" will be:
      | name  | node   | address    |
      | dns-1 | master | 10.244.0.4 |
      | dns-2 | node02 | 10.244.2.4 |
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-1 | node01 | 10.244.1.21 |
    And 1 "web" replica behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.1.10
    And pod "client" on node "node01" at 10.244.1.9

  Scenario: while the loss is not noticed, half of the names are not found
    When node "node02" fails
    And pod "client" curls http://web/
    Then pod "web-1" answers 1/2 of the requests
    When pod "client" curls http://10.96.1.10/
    Then every request is answered
    When pod "client" sends a udp packet to 10.244.2.4:53
    Then the request is host-unreachable
    And the explanation says "node node02 failed 0 s ago, and nothing answers there"

  Scenario: when it is noticed, every name is found at once
    When node "node02" fails
    And 51 seconds pass
    Then the endpoints of service "kube-system/kube-dns" are 10.244.0.4:53, 10.244.0.4:53, 10.244.0.4:9153
    When pod "client" curls http://web/
    Then every request is answered
    And the lookup takes 0 seconds

  Scenario: a server that is not ready is asked nothing
    When the readiness of pod "kube-system/dns-2" fails
    And 2 seconds pass
    Then the endpoints of service "kube-system/kube-dns" are 10.244.0.4:53, 10.244.0.4:53, 10.244.0.4:9153
    When pod "client" curls http://web/
    Then every request is answered
    And the path of the first question is:
      | node   | step    | destination   |
      | node01 | send    | 10.96.0.10:53 |
      | master | deliver | 10.244.0.4:53 |

  Scenario: a kubelet that is silent takes its server out of the rules, although it answers
    When kubelet on node "node02" stops
    And pod "client" curls http://web/
    Then every request is answered
    When 51 seconds pass
    Then the endpoints of service "kube-system/kube-dns" are 10.244.0.4:53, 10.244.0.4:53, 10.244.0.4:9153
    When pod "client" curls http://web/
    Then every request is answered

  Scenario: rules that nobody renews go on asking a server that is gone
    When kube-proxy on node "node01" stops
    And I run "kubectl delete pod dns-2 -n kube-system"
    And pod "client" curls http://web/
    Then pod "web-1" answers 1/2 of the requests
    When kube-proxy on node "node01" starts again
    And pod "client" curls http://web/
    Then every request is answered

  Scenario: a cut link loses the questions that cross it, and nobody notices
    When the link between node "node01" and node "node02" is cut
    And 60 seconds pass
    And pod "client" curls http://web/
    Then pod "web-1" answers 1/2 of the requests
    When the link between node "node01" and node "node02" is mended
    And pod "client" curls http://web/
    Then every request is answered
