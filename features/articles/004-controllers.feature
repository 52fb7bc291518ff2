Feature: Article 004: controllers, and the network of pods

  Creating a Deployment is a chain: the API server stores it, and every component only watches what concerns it. The deployment controller
  makes a ReplicaSet, the ReplicaSet controller makes pods, the scheduler binds them, a kubelet runs them: first the pause container, whose
  network the others join. Each says what it did as an Event.

  Background:
    Given the cluster from "004/cluster.yaml"
    And the pods of deployment "mytest" will be:
      | name | node   | address     |
      | a    | node01 | 10.244.1.10 |
      | b    | node02 | 10.244.2.10 |
    And these pods will be pinned:
      | name    | node   | address     |
      | kubia-0 | node01 | 10.244.1.20 |
      | kubia-1 | node02 | 10.244.2.20 |
      | kubia-2 | node01 | 10.244.1.21 |

  Scenario: from kubectl to a running container, as Events
    When I run "kubectl create -f 004/mytest.yaml"
    Then its output contains "deployment.apps/mytest created"
    And these events happened:
      | reason            | object                       | from                  | message                                      |
      | ScalingReplicaSet | deployment/mytest            | deployment-controller | Scaled up replica set mytest-77bdc485cf to 2 |
      | SuccessfulCreate  | replicaset/mytest-77bdc485cf | replicaset-controller | Created pod: a                               |
      | SuccessfulCreate  | replicaset/mytest-77bdc485cf | replicaset-controller | Created pod: b                               |
      | Scheduled         | pod/a                        | default-scheduler     | Successfully assigned default/a to node01    |
      | Pulling           | pod/a                        | kubelet               | pulling image "mytest:v1"                    |
      | Pulled            | pod/a                        | kubelet               | Successfully pulled image "mytest:v1"        |
      | Created           | pod/a                        | kubelet               | Created container                            |
      | Started           | pod/a                        | kubelet               | Started container                            |
    And the pods are:
      | name | node   | address     | phase   |
      | a    | node01 | 10.244.1.10 | Running |
      | b    | node02 | 10.244.2.10 | Running |

  Scenario: who reacted to whom, in virtual time
    When I run "kubectl create -f 004/mytest.yaml"
    And I run "timeline"
    Then its output contains "Deployment default/mytest"
    And its output contains "bound to node01"
    And its output contains "default-scheduler"

  Scenario: every link of the chain is needed: without the ReplicaSet controller nothing runs
    When the replicaset controller stops
    And I run "kubectl create -f 004/mytest.yaml"
    And I run "kubectl get replicasets"
    Then its output contains "mytest-77bdc485cf   2         0         0"
    When the replicaset controller starts again
    And 2 seconds pass
    And I run "kubectl get replicasets"
    Then its output contains "mytest-77bdc485cf   2         2         2"

  Scenario: without a scheduler pods wait; without a kubelet they are bound and do not run
    When kubelet on node "node02" stops
    And I run "kubectl create -f 004/mytest.yaml"
    Then the pods are:
      | name | node   | phase   |
      | a    | node01 | Running |
      | b    | node02 | Pending |

  Scenario: a StatefulSet names its pods and makes them one after the other
    When I run "kubectl create -f 004/kubia.yaml"
    Then these events happened:
      | reason           | object            | message                                           |
      | SuccessfulCreate | statefulset/kubia | create Pod kubia-0 in StatefulSet kubia successful |
      | Started          | pod/kubia-0       | Started container                                 |
      | SuccessfulCreate | statefulset/kubia | create Pod kubia-1 in StatefulSet kubia successful |
      | Started          | pod/kubia-1       | Started container                                 |
      | SuccessfulCreate | statefulset/kubia | create Pod kubia-2 in StatefulSet kubia successful |
      | Started          | pod/kubia-2       | Started container                                 |

  Scenario: a deleted pod is not brought back by its kubelet, but by its controller, under its name
    When I run "kubectl create -f 004/kubia.yaml"
    And I delete pod "kubia-1"
    Then these events happened:
      | reason           | object            | message                                           |
      | SuccessfulCreate | statefulset/kubia | create Pod kubia-1 in StatefulSet kubia successful |
      | Killing          | pod/kubia-1       | Killing container with id docker://kubia:Need to kill Pod |
    And the pods are:
      | name    | phase   |
      | kubia-0 | Running |
      | kubia-1 | Running |
      | kubia-2 | Running |

  Scenario: docker ps shows the pause container, made first, below the container that joins its network
    When I run "kubectl create -f 004/kubia.yaml"
    And 40 seconds pass
    And I run "on node/node02 docker ps"
    Then its output contains "luksa/kubia-pet"
    And its output contains "node app.js"
    And its output contains "k8s.gcr.io/pause:3.1"
    And its output contains "k8s_kubia_kubia-1_default_"
    And its output contains "k8s_POD_kubia-1_default_"

  Scenario: pods of one node speak over its bridge, without translation
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" connects to 10.244.1.21:8080
    Then pod "kubia-2" answers
    And the server sees the source 10.244.1.20
    And the path is:
      | in      | step           |
      | kubia-0 | send           |
      | node01  | bridge         |
      | kubia-2 | deliver        |

  Scenario: pods of different nodes speak through routes between the nodes, without translation
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" connects to 10.244.2.20:8080
    Then pod "kubia-1" answers
    And the server sees the source 10.244.1.20

  Scenario: a pod speaks to its own node without translation, and to the outside with its node's address
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" pings 192.168.1.201
    Then node "node01" answers
    And the server sees the source 10.244.1.20
    When pod "kubia-0" pings 203.0.113.7
    Then the request is answered
    And the server sees the source 192.168.1.201

  Scenario: to another node a pod comes with its own node's address: the article's rule holds for the own node only
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" pings 192.168.1.202
    Then node "node02" answers
    And the server sees the source 192.168.1.201
