Feature: Nodes and links that fail

  A node that stops reporting is noticed after fifty seconds; until then its pods are still endpoints, and requests to them are lost.
  Its pods are marked not ready at once then, and leave after what they tolerate.

  Background:
    Given the cluster from "cluster.yaml"
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.10 |
      | web-b | node02 | 10.244.2.10 |
      | web-c | node01 | 10.244.1.11 |

  @GAP-033
  Scenario: a lost node fails requests before it is noticed, and none after
    When node "node02" fails
    And pod "client" connects to 10.244.2.10:8080
    Then the request is host-unreachable
    And the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080
    When 51 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080
    When pod "client" curls service "web" 300 times
    Then every request is answered
    And pod "web-a" answers

  Scenario: what is said of a lost node, and what becomes of its pods
    When node "node02" fails
    And 51 seconds pass
    And I run "kubectl get nodes"
    Then its output contains "NotReady"
    And these events happened:
      | reason       | object      | message                                 |
      | NodeNotReady | node/node02 | Node node02 status is now: NodeNotReady |
      | NodeNotReady | pod/web-b   | Node is not ready                       |
    When 31 seconds pass
    Then these events happened:
      | reason               | object    | message                                |
      | TaintManagerEviction | pod/web-b | Marking for deletion Pod default/web-b |
    When I run "kubectl get pods"
    Then its output contains "Terminating"
    And the endpoints of service "web" are 10.244.1.10:8080, 10.244.1.11:8080
    When node "node02" comes back
    And 3 seconds pass
    Then the pods are:
      | name   | node   | phase   |
      | client | node01 | Running |
      | web-a  | node01 | Running |
      | web-c  | node01 | Running |


  Scenario: a stopped kubelet looks the same from afar, but its pods still answer
    When kubelet on node "node02" stops
    And 51 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080
    When pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers
    When kubelet on node "node02" starts again
    And 3 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080

  Scenario: a cut link separates two nodes, not the cluster
    When the link between node "node01" and node "node02" is cut
    And pod "client" connects to 10.244.2.10:8080
    Then the request is host-unreachable
    When node "master" connects to 10.244.2.10:8080
    Then pod "web-b" answers
    When 60 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080
    When the link between node "node01" and node "node02" is mended
    And pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers

  @GAP-034
  Scenario: a node that tells flannel a wrong address loses what others send to its pods
    When I run "kubectl annotate node node02 flannel.alpha.coreos.com/public-ip-overwrite=192.168.1.99"
    And pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers
    # Only a flanneld that starts reads the annotation, and writes what the others go by.
    When flanneld on node "node02" stops
    And flanneld on node "node02" starts again
    And pod "client" connects to 10.244.2.10:8080
    Then the request is host-unreachable
    And the path is:
      | in     | device    | step        | destination       | outer                                    |
      | client |           | send        | 10.244.2.10:8080  |                                          |
      | node01 | flannel.1 | encapsulate | 10.244.2.10:8080  | 192.168.1.201:34191 -> 192.168.1.99:8472 |
      | node01 |           | drop        | 192.168.1.99:8472 |                                          |
    And the explanation says "public-ip-overwrite"
    When node "node02" connects to 10.244.2.10:8080
    Then pod "web-b" answers
    When I run "kubectl annotate node node02 flannel.alpha.coreos.com/public-ip-overwrite-"
    And flanneld on node "node02" stops
    And flanneld on node "node02" starts again
    And pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers
