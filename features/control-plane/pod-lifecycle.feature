Feature: The life of a pod

  A pod that is being deleted is no endpoint any more, and still answers and sends until its grace is over.

  Background:
    Given the cluster from "cluster.yaml"
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.10 |
      | web-b | node02 | 10.244.2.10 |

  @NW-030
  Scenario: a terminating pod answers
    When I run "kubectl delete pod web-b --wait=false"
    And 0.5 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080
    When pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers

  @NW-031
  Scenario: a terminating pod sends
    When I run "kubectl delete pod client --wait=false"
    And 0.5 seconds pass
    And pod "client" connects to 10.244.2.10:8080
    Then pod "web-b" answers

  Scenario: a StatefulSet makes its pods in order, and a deleted one comes back under its name
    When I apply:
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db}
      spec:
        serviceName: db
        replicas: 3
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: mysql}]}
      """
    Then these events happened:
      | reason           | object         | message                                     |
      | SuccessfulCreate | statefulset/db | Create Pod db-0 in StatefulSet db successful |
      | Started          | pod/db-0       | Container started                           |
      | SuccessfulCreate | statefulset/db | Create Pod db-1 in StatefulSet db successful |
      | Started          | pod/db-1       | Container started                           |
      | SuccessfulCreate | statefulset/db | Create Pod db-2 in StatefulSet db successful |
    When I delete pod "db-1"
    Then the pods are:
      | name | phase   |
      | db-0 | Running |
      | db-1 | Running |
      | db-2 | Running |

  Scenario: a DaemonSet has a pod on every node that takes it
    When I apply:
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent}
      spec:
        selector: {matchLabels: {app: agent}}
        template:
          metadata: {labels: {app: agent}}
          spec: {containers: [{name: agent, image: agent}]}
      """
    And I run "kubectl get daemonset agent"
    Then it prints the lines:
      """
      agent   2         2         2       2            2           <none>          1s
      """

  Scenario: a Job's pod succeeds
    When I apply:
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: once}
      spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: busybox}]}}}
      """
    Then these events happened:
      | reason           | object   | message       |
      | Completed        | job/once | Job completed |

  Scenario: while its preStop hook sleeps a pod answers, and is no endpoint any more
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: slow, labels: {app: web}}
      spec:
        nodeName: node01
        containers: [{name: web, image: web, ports: [{containerPort: 8080}], lifecycle: {preStop: {sleep: {seconds: 20}}}}]
      """
    And I run "kubectl get pods -l app=web"
    Then its output contains "slow"
    When I run "kubectl delete pod slow --wait=false"
    And 15 seconds pass
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080
    When I run "kubectl get pods -l app=web"
    Then its output contains "Terminating"
    When 10 seconds pass
    And I run "kubectl get pod slow"
    Then it exits with 1
