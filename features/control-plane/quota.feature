Feature: Quotas

  A ResourceQuota bounds what a namespace may hold. The API server refuses what would be too much, and says what is used of what.

  Background:
    Given the cluster from "cluster.yaml"

  @KX-012
  Scenario: Services, node ports and load balancers are counted, and excess is refused
    When I run "kubectl create quota edge --hard=services=4,services.nodeports=1,services.loadbalancers=1"
    And I run "kubectl get quota edge"
    Then it prints the lines:
      """
      edge   services: 2/4, services.loadbalancers: 0/1, services.nodeports: 0/1           0s
      """
    When I run "kubectl create service nodeport door --tcp=80"
    And I run "kubectl create service nodeport window --tcp=80"
    Then it exits with 1
    And it says:
      """
      error: failed to create NodePort service: services "window" is forbidden: exceeded quota: edge, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1
      """
    When I run "kubectl create service clusterip inner --tcp=80"
    And I run "kubectl create service clusterip another --tcp=80"
    Then it says:
      """
      error: failed to create ClusterIP service: services "another" is forbidden: exceeded quota: edge, requested: services=1, used: services=4, limited: services=4
      """
    When I delete service "door"
    And I run "kubectl describe quota edge"
    Then it prints the lines:
      """
      services                3     4
      services.nodeports      0     1
      """

  Scenario: a Deployment gets the pods that the quota leaves, and says why there are no more
    When I run "kubectl create quota few --hard=pods=4"
    And I scale deployment "web" to 5 replicas
    And I run "kubectl get deployment web"
    Then its output contains "3/5"
    When I run "kubectl describe deployment web"
    Then its output contains "ReplicaFailure   True    FailedCreate"
    When I run "kubectl patch quota few -p '{\"spec\":{\"hard\":{\"pods\":\"9\"}}}'"
    And 2 minutes pass
    And I run "kubectl get deployment web"
    Then its output contains "5/5"

  Scenario: a quota of CPU wants every container to name its share
    When I run "kubectl create quota cpu --hard=requests.cpu=500m"
    And I run "kubectl run idle --image=busybox"
    Then it says:
      """
      Error from server (Forbidden): pods "idle" is forbidden: failed quota: cpu: must specify requests.cpu for: idle
      """
