Feature: A quota on Services

  A ResourceQuota counts what a namespace has, and the API server refuses what would be too much. What is deleted gives its room back.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      """
    And the manifests:
      """
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: few}
      spec: {hard: {services: "3", services.nodeports: "1", services.loadbalancers: "1"}}
      """

  @KX-012
  Scenario: Services are counted by their type, and given back when they go
    When I run "kubectl get quota few -o jsonpath={.status.used.services}"
    Then it prints "1"
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: inside}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
      """
    And I run "kubectl get quota few -o jsonpath={.status.used}"
    Then it prints:
      """
      {"services":"3","services.loadbalancers":"0","services.nodeports":"1"}
      """
    When I delete service "outside"
    And I run "kubectl get quota few -o jsonpath={.status.used}"
    Then it prints:
      """
      {"services":"2","services.loadbalancers":"0","services.nodeports":"0"}
      """

  @KX-012
  Scenario Outline: what would be too much is refused: <what>
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: inside}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """
    And I run "kubectl create -f -" with:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: more}
      spec: {type: <type>, selector: {app: web}, ports: [{port: 80}]}
      """
    Then it exits with 1
    And it says:
      """
      Error from server (Forbidden): error when creating "STDIN": services "more" is forbidden: exceeded quota: few, requested: <requested>, used: <used>, limited: <limited>
      """

    Examples:
      | what              | type      | requested                       | used                            | limited                         |
      | a third Service   | ClusterIP | services=1                      | services=3                      | services=3                      |
      | a second nodePort | NodePort  | services=1,services.nodeports=1 | services=3,services.nodeports=1 | services=3,services.nodeports=1 |
