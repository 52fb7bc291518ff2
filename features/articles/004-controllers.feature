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

  @004-chain @004-admission @004-events
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

  @004-watches
  Scenario: who reacted to whom, in virtual time
    When I run "kubectl create -f 004/mytest.yaml"
    And I run "timeline"
    Then its output contains "Deployment default/mytest"
    And its output contains "bound to node01"
    And its output contains "default-scheduler"

  @004-chain-broken @004-watches-broken
  Scenario: every link of the chain is needed: without the ReplicaSet controller nothing runs
    When the replicaset controller stops
    And I run "kubectl create -f 004/mytest.yaml"
    And I run "kubectl get replicasets"
    Then its output contains "mytest-77bdc485cf   2         0         0"
    When the replicaset controller starts again
    And 2 seconds pass
    And I run "kubectl get replicasets"
    Then its output contains "mytest-77bdc485cf   2         2         2"

  @004-chain-broken
  Scenario: without a scheduler pods wait; without a kubelet they are bound and do not run
    When kubelet on node "node02" stops
    And I run "kubectl create -f 004/mytest.yaml"
    Then the pods are:
      | name | node   | phase   |
      | a    | node01 | Running |
      | b    | node02 | Pending |

  @004-statefulset
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

  @004-statefulset-broken
  Scenario: a StatefulSet whose first pod does not become ready makes no second one
    When kubelet on node "node01" stops
    And I run "kubectl create -f 004/kubia.yaml"
    And 20 seconds pass
    Then the pods are:
      | name    | node   | phase   |
      | kubia-0 | node01 | Pending |
    When kubelet on node "node01" starts again
    And 10 seconds pass
    Then the pods are:
      | name    | node   | phase   |
      | kubia-0 | node01 | Running |
      | kubia-1 | node02 | Running |
      | kubia-2 | node01 | Running |

  @004-statefulset
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

  @004-docker-ps
  Scenario: docker ps shows the pause container, made first, below the container that joins its network
    When I run "kubectl create -f 004/kubia.yaml"
    And 40 seconds pass
    And I run "on node/node02 docker ps"
    Then its output contains "luksa/kubia-pet"
    And its output contains "node app.js"
    And its output contains "k8s.gcr.io/pause:3.1"
    And its output contains "k8s_kubia_kubia-1_default_"
    And its output contains "k8s_POD_kubia-1_default_"

  @004-same-node
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

  @004-other-node
  Scenario: pods of different nodes speak through routes between the nodes, without translation
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" connects to 10.244.2.20:8080
    Then pod "kubia-1" answers
    And the server sees the source 10.244.1.20

  @004-own-node @004-outside
  Scenario: a pod speaks to its own node without translation, and to the outside with its node's address
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" pings 192.168.1.201
    Then node "node01" answers
    And the server sees the source 10.244.1.20
    When pod "kubia-0" pings 203.0.113.7
    Then the request is answered
    And the server sees the source 192.168.1.201

  @004-own-node
  Scenario: to another node a pod comes with its own node's address: the article's rule holds for the own node only
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" pings 192.168.1.202
    Then node "node02" answers
    And the server sees the source 192.168.1.201

  @004-events
  Scenario: kubectl get events --watch shows each Event as it is written
    # The article's kubectl prints NAME and AGE alone: of its time, some did not know how to print what they watched.
    When I run "kubectl create -f 004/kubia.yaml"
    And I run "kubectl delete pod kubia-1 --wait=false"
    And I run "kubectl get events --watch-only --request-timeout=60s"
    Then it prints the lines:
      """
      0s          Normal   Killing   Pod    Killing container with id docker://kubia:Need to kill Pod
      0s          Normal   SuccessfulCreate   StatefulSet   create Pod kubia-1 in StatefulSet kubia successful
      0s          Normal   Scheduled          Pod           Successfully assigned default/kubia-1 to node02
      0s          Normal   Pulling            Pod           pulling image "luksa/kubia-pet"
      0s          Normal   Pulled             Pod           Successfully pulled image "luksa/kubia-pet"
      0s          Normal   Created            Pod           Created container
      0s          Normal   Started            Pod           Started container
      """

  @004-events
  Scenario: an Event is named after its object and the moment at which it first happened
    When I run "kubectl create -f 004/kubia.yaml"
    And I run "kubectl get events -o name"
    Then its output contains "event/kubia-0.1886725"
    And its output contains "event/kubia.1886725"

  @004-admission-broken
  Scenario: what admission or validation refuses is never stored, and nobody hears of it
    When I run "kubectl create -f -" with:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: mytest}
      spec:
        replicas: 2
        selector: {matchLabels: {app: other}}
        template:
          metadata: {labels: {app: mytest}}
          spec: {containers: [{name: mytest, image: "mytest:v1"}]}
      """
    Then it exits with 1
    And it says:
      """
      The Deployment "mytest" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{"app":"mytest"}: `selector` does not match template `labels`
      """
    When I run "kubectl get deployments,replicasets,pods"
    Then it says:
      """
      No resources found.
      """

  @004-events-broken
  Scenario: a pod that fits no node stays where it is, and an Event says why
    When I run "kubectl create -f -" with:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: picky}
      spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: c}]}
      """
    Then these events happened:
      | type    | reason           | object    | message                                                                                                                  |
      | Warning | FailedScheduling | pod/picky | 0/3 nodes are available: 1 node(s) had taints that the pod didn't tolerate, 2 node(s) didn't match node selector. |
    And the pods are:
      | name  | phase   |
      | picky | Pending |

  @004-docker-ps-broken
  Scenario: a node whose kubelet is silent runs no container of a pod that is bound to it
    When kubelet on node "node02" stops
    And I run "kubectl create -f 004/mytest.yaml"
    And I run "on node/node02 docker ps"
    Then it prints:
      """
      CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES
      """
    When I run "on node/node01 docker ps"
    Then its output contains "k8s_POD_a_default_"

  @004-same-node-broken
  Scenario: nobody on a bridge has an address that no pod has
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" connects to 10.244.1.99:8080
    Then the request is host-unreachable

  @004-other-node-broken
  Scenario: without a route between the nodes a pod reaches those of its own node alone
    When I run "kubectl create -f 004/kubia.yaml"
    And the link between node "node01" and node "node02" is cut
    And pod "kubia-0" connects to 10.244.2.20:8080
    Then the request is host-unreachable
    And the explanation says "the link between node01 and node02 is cut"
    When pod "kubia-0" connects to 10.244.1.21:8080
    Then pod "kubia-2" answers

  @004-own-node-broken
  Scenario: on its own node a pod reaches what listens there, and nothing else
    When I run "kubectl create -f 004/kubia.yaml"
    And pod "kubia-0" connects to 192.168.1.201:10250
    Then node "node01" answers
    When pod "kubia-0" connects to 192.168.1.201:8080
    Then the request is refused
