Feature: Disruption budgets

  A PodDisruptionBudget says how many pods must stay. A drain asks it before it evicts a pod, and tries again until the pod may go.

  Background:
    Given the cluster from "cluster.yaml"

  Scenario: a budget that allows no disruption keeps a drain waiting, and the Service keeps answering
    When I run "kubectl create pdb web --selector=app=web --min-available=2"
    And I run "kubectl get pdb web"
    Then it prints the lines:
      """
      web    2               N/A               0                     0s
      """
    When I run "kubectl drain node01 --force --timeout=10s"
    Then it exits with 1
    And its output contains "node/node01 cordoned"
    When I run "kubectl get pods -l app=web -o jsonpath={.items[*].spec.nodeName}"
    Then its output contains "node01"
    When node "master" curls service "web" 300 times
    Then each of the 2 pods answers 1/2 of the requests

  Scenario: a third pod lets the drain go on
    When I run "kubectl create pdb web --selector=app=web --min-available=2"
    And I scale deployment "web" to 3 replicas
    And I run "kubectl drain node02 --timeout=1m"
    Then it exits with 0
    And its output contains "node/node02 drained"
    When I run "kubectl describe pdb web"
    Then its output contains "Current:              3"
