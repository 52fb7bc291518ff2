Feature: Address translation on a node

  Which rule chooses the pod, and what the chosen pod's address replaces.

  Background:
    Given the cluster from "../articles/001/cluster.yaml"
    And the pods of deployment "mytest" will be:
      | name                   | node   | address    |
      | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
      | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
      | mytest-88d46bf99-cd4zk | node02 | 10.244.2.2 |
    And the manifests from "../articles/001/mytest-deploy.yaml"
    And the manifests from "../articles/001/services/mytest-svc.yaml"
    And service "mytest-svc" will get the ClusterIP 10.100.77.149
    And pod "client" on node "node01" at 10.244.1.9

  @GAP-005
  Scenario: the chain, the rule and the probability that chose the pod are named
    When pod "client" curls http://10.100.77.149
    Then the path to pod "mytest-88d46bf99-fsmcj" is:
      | node   | chain                     | rule                                                                                |
      | node01 | PREROUTING                | -j KUBE-SERVICES                                                                    |
      | node01 | KUBE-SERVICES             | -d 10.100.77.149/32                                                                 |
      | node01 | KUBE-SVC-XKNZ3BN47GCYFIPJ | -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ENVKJLELDEHDNVGK |
      | node01 | KUBE-SEP-ENVKJLELDEHDNVGK | -j DNAT --to-destination 10.244.1.3:8080                                            |
      | …      |                           |                                                                                     |

  Scenario: a pod of the cluster is not masqueraded
    When pod "client" curls http://10.100.77.149
    Then the request does not visit chain "KUBE-MARK-MASQ"

  Scenario: a node is masqueraded
    When node "master" curls http://10.100.77.149
    Then the request visits chain "KUBE-MARK-MASQ"

  Scenario: the connection is remembered under both addresses
    When pod "client" curls http://10.100.77.149
    Then the path of the reply of pod "mytest-88d46bf99-cd4zk" is:
      | node   | step    | source           | destination      |
      | node02 | send    | 10.244.2.2:8080  | 10.244.1.9:51412 |
      | node01 | deliver | 10.100.77.149:80 | 10.244.1.9:51412 |
