Feature: Endpoints follow pods

  The controllers write a Service's Endpoints and EndpointSlices from the pods that it selects, and rewrite them with every pod that comes,
  becomes ready, or goes.

  Background:
    Given the cluster from "cluster.yaml"
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-a | node01 | 10.244.1.10 |
      | web-b | node02 | 10.244.2.10 |
      | web-c | node02 | 10.244.2.11 |

  @KC-011 @KC-018
  Scenario: pods that match are endpoints, from their first moment to their last
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080
    When I scale deployment "web" to 3 replicas
    Then the endpoints of service "web" are 10.244.1.10:8080, 10.244.2.10:8080, 10.244.2.11:8080
    When I delete deployment "web"
    Then service "web" has no endpoints

  @KC-012 @KC-019
  Scenario: a Service that selects nobody has an empty slice, and takes it along
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: lonely}
      spec: {selector: {app: nobody}, ports: [{port: 80}]}
      """
    Then service "lonely" has no endpoints
    When I run "kubectl get endpointslices -l kubernetes.io/service-name=lonely"
    Then its output contains "<unset>"
    When I delete service "lonely"
    And I run "kubectl get endpointslices -l kubernetes.io/service-name=lonely"
    Then it says:
      """
      No resources found in default namespace.
      """
    When I run "kubectl get endpoints lonely"
    Then it exits with 1

  @KC-016
  Scenario: Endpoints written by hand are mirrored
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {clusterIP: 10.96.0.50, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Endpoints
      metadata: {name: outside}
      subsets: [{addresses: [{ip: 10.244.2.10}], ports: [{port: 8080}]}]
      """
    And I run "kubectl get endpointslices -l kubernetes.io/service-name=outside"
    Then its output contains "10.244.2.10"
    When pod "client" curls service "outside"
    Then pod "web-b" answers
    When I run "kubectl delete endpoints outside"
    And I run "kubectl get endpointslices -l kubernetes.io/service-name=outside"
    Then it says:
      """
      No resources found in default namespace.
      """

  @NW-014
  Scenario: requests go to the pods that are left
    When I delete pod "web-b"
    And pod "client" curls service "web" 300 times
    Then every request is answered
    And pod "web-a" answers 1/2 of the requests

  @SV-014
  Scenario: a Service that wants unready pods reaches them
    When I run "kubectl apply -f -" with:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: eager}
      spec: {clusterIP: 10.96.0.60, publishNotReadyAddresses: true, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      """
    And the readiness of pod "web-a" fails
    And 2 seconds pass
    Then the endpoints of service "web" are 10.244.2.10:8080
    And the endpoints of service "eager" are 10.244.1.10:8080, 10.244.2.10:8080
    When pod "client" curls service "eager" 300 times
    Then pod "web-a" answers 1/2 of the requests

  @KC-001 @KC-002
  Scenario: the API server is a Service, with itself as endpoint
    Then the endpoints of service "kubernetes" are 192.168.1.200:6443
    When I run "kubectl get endpointslices kubernetes"
    Then its output contains "192.168.1.200"
    When I run "kubectl get service kubernetes"
    Then its output contains "443/TCP"

  @KX-001
  Scenario: a container knows the Services that were there before it
    Then the environment of pod "web-a" has:
      | name                    | value               |
      | WEB_SERVICE_HOST        | 10.96.0.20          |
      | WEB_SERVICE_PORT        | 80                  |
      | WEB_PORT                | tcp://10.96.0.20:80 |
      | KUBERNETES_SERVICE_HOST | 10.96.0.1           |
