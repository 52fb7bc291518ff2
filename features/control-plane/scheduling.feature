Feature: Where pods go

  The scheduler takes out the nodes that a pod cannot have, and says of each why; among the others it spreads evenly, or as the pod wishes.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      networking: {podSubnet: 10.244.0.0/16, cni: flannel}
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201], labels: {zone: a}}
        - {name: node02, addresses: [192.168.1.202], labels: {zone: b}}
      """

  Scenario: too little CPU anywhere
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: big}
      spec: {containers: [{name: big, image: big, resources: {requests: {cpu: "4"}}}]}
      """
    Then these events happened:
      | reason           | object  | message                                                                                                                                                                                         |
      | FailedScheduling | pod/big | 0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling. |
    When I run "kubectl get pod big"
    Then its output contains "Pending"

  Scenario: pods that keep away from each other, one on each node, and one that waits
    When I apply:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [{name: web, image: web}]
            affinity:
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
      """
    And I run "kubectl get deployment web"
    Then its output contains "2/3"
    When I run "kubectl describe pods -l app=web"
    Then its output contains "2 node(s) didn't match pod anti-affinity rules"
    When I run "kubectl taint nodes master node-role.kubernetes.io/control-plane-"
    And 5 seconds pass
    And I run "kubectl get deployment web"
    Then its output contains "3/3"

  Scenario: pods spread over zones
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: first, labels: {app: web}}
      spec: {nodeName: node01, containers: [{name: web, image: web}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: second, labels: {app: web}}
      spec:
        containers: [{name: web, image: web}]
        topologySpreadConstraints:
          - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
      """
    Then the pods are:
      | name   | node   |
      | first  | node01 |
      | second | node02 |

  Scenario: a more important pod makes room for itself
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: low}
      spec: {nodeName: node01, containers: [{name: low, image: low, resources: {requests: {cpu: 1500m}}}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: critical}
      spec:
        priorityClassName: system-cluster-critical
        nodeSelector: {zone: a}
        containers: [{name: critical, image: critical, resources: {requests: {cpu: "1"}}}]
      """
    When 1 minute passes
    Then the pods are:
      | name     | node   | phase   |
      | critical | node01 | Running |
