Feature: Services that kube-proxy leaves alone

  A label on a Service says that it is another proxy's, or nobody's. kube-proxy writes no rules for it, and its ClusterIP leads nowhere
  until the label is taken away.

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
      """
    And pod "client" on node "node01"
    And 2 "web" replicas behind the ClusterIP service "web"
    And service "web" will get the ClusterIP 10.96.0.20

  @SV-023 @SV-024
  Scenario Outline: <label> takes it away, and gives it back: asked by <place>
    When I run "kubectl label service web <label>=<value>"
    And <place> curls http://10.96.0.20
    Then the request is left-the-cluster
    And the explanation says "<label>"
    When I run "kubectl label service web <label>-"
    And <place> curls http://10.96.0.20
    Then each of the 2 pods answers 1/2 of the requests

    Examples:
      | label                                    | value | place         |
      | service.kubernetes.io/service-proxy-name | mine  | pod "client"  |
      | service.kubernetes.io/service-proxy-name | mine  | node "node02" |
      | service.kubernetes.io/headless           |       | pod "client"  |
      | service.kubernetes.io/headless           |       | node "node02" |

  Scenario: it keeps its endpoints
    When I run "kubectl label service web service.kubernetes.io/service-proxy-name=mine"
    And I run "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].metadata.labels}"
    Then its output contains "service.kubernetes.io/service-proxy-name"
