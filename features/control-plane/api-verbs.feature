Feature: What kubectl does to an object

  An object of the network API is made, read, listed, replaced, labelled, patched and deleted with kubectl's own verbs, each of which
  answers in kubectl's words. hopspec speaks kubectl and not HTTP: a verb that kubectl does not have has no scenario.

  Background:
    Given the cluster from "cluster.yaml"

  @KC-021 @KC-022 @KC-031 @KC-032
  Scenario Outline: the life of one <kind>
    When I run "kubectl api-resources --api-group=networking.k8s.io"
    Then its output contains "networking.k8s.io/v1"
    And its output contains "<kind>"
    When I run "kubectl create -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: <kind>
      metadata: {name: <name>, labels: {made: here}}
      spec: <spec>
      """
    Then it prints "<resource>/<name> created"
    When I run "kubectl create -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: <kind>
      metadata: {name: <name>}
      spec: <spec>
      """
    Then it exits with 1
    And it says:
      """
      Error from server (AlreadyExists): error when creating "STDIN": <plural> "<name>" already exists
      """
    When I run "kubectl get <plural> -l made=here -o name"
    Then it prints "<resource>/<name>"
    When I run "kubectl label <plural> <name> team=net"
    Then it prints "<resource>/<name> labeled"
    When I run "kubectl annotate <plural> <name> note=first"
    Then it prints "<resource>/<name> annotated"
    When I run "kubectl patch <plural> <name> --type merge -p '{metadata: {labels: {team: web}}}'"
    Then it prints "<resource>/<name> patched"
    When I run "kubectl get <plural> -l team=web -o name"
    Then it prints "<resource>/<name>"
    When I run "kubectl replace -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: <kind>
      metadata: {name: <name>, labels: {made: anew}}
      spec: <spec>
      """
    Then it prints "<resource>/<name> replaced"
    When I run "kubectl get <plural> <name> -o jsonpath={.metadata.labels}"
    Then it prints:
      """
      {"made":"anew"}
      """
    When I run "kubectl delete <plural> -l made=anew"
    Then it prints '<resource> "<name>" <gone>'
    When I run "kubectl get <plural> <name>"
    Then it exits with 1
    And it says:
      """
      Error from server (NotFound): <plural> "<name>" not found
      """

    Examples:
      | kind         | name      | plural                           | resource                       | gone                           | spec                                                                                                                               |
      | Ingress      | shop      | ingresses.networking.k8s.io      | ingress.networking.k8s.io      | deleted from default namespace | {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]} |
      | IngressClass | fast      | ingressclasses.networking.k8s.io | ingressclass.networking.k8s.io | deleted                        | {controller: example.com/fast}                                                                                                     |
      | IPAddress    | 10.96.7.7 | ipaddresses.networking.k8s.io    | ipaddress.networking.k8s.io    | deleted                        | {parentRef: {resource: services, namespace: default, name: web}}                                                                   |
      | ServiceCIDR  | more      | servicecidrs.networking.k8s.io   | servicecidr.networking.k8s.io  | deleted                        | {cidrs: [10.97.0.0/24]}                                                                                                            |

  @KC-015
  Scenario: the life of one EndpointSlice
    When I run "kubectl api-resources --api-group=discovery.k8s.io"
    Then it prints the lines:
      """
      endpointslices                discovery.k8s.io/v1   true         EndpointSlice
      """
    When I run "kubectl create -f -" with:
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: one, labels: {made: here}}
      addressType: IPv4
      ports: [{name: http, port: 8080}]
      endpoints: [{addresses: [10.244.2.40]}]
      """
    Then it prints "endpointslice.discovery.k8s.io/one created"
    When I run "kubectl replace -f -" with:
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: one, labels: {made: here}}
      addressType: IPv4
      ports: [{name: http, port: 8081}]
      endpoints: [{addresses: [10.244.2.40]}]
      """
    Then it prints "endpointslice.discovery.k8s.io/one replaced"
    When I run "kubectl patch endpointslice one --type merge -p '{endpoints: [{addresses: [10.244.2.41]}]}'"
    Then it prints "endpointslice.discovery.k8s.io/one patched"
    When I run "kubectl get endpointslices -l made=here"
    Then it prints the lines:
      """
      NAME   ADDRESSTYPE   PORTS   ENDPOINTS     AGE
      one    IPv4          8081    10.244.2.41   <any>
      """
    When I run "kubectl patch endpointslice one --type merge -p '{addressType: IPv6}'"
    Then it exits with 1
    And it says:
      """
      * addressType: Invalid value: "IPv6": field is immutable
      """
    When I run "kubectl delete endpointslices -l made=here"
    Then it prints 'endpointslice.discovery.k8s.io "one" deleted from default namespace'
    When I run "kubectl get endpointslices -l made=here"
    Then it says:
      """
      No resources found in default namespace.
      """

  @KC-017
  Scenario: the life of Endpoints that nobody's Service asked for
    When I run "kubectl create -f -" with:
      """
      apiVersion: v1
      kind: Endpoints
      metadata: {name: hand, labels: {made: here}}
      subsets: [{addresses: [{ip: 10.0.0.24}], ports: [{name: http, port: 80}]}]
      """
    Then it prints "endpoints/hand created"
    When I run "kubectl label endpoints hand made=there --overwrite"
    Then it prints "endpoints/hand labeled"
    When I run "kubectl patch endpoints hand --type merge -p '{subsets: [{addresses: [{ip: 10.0.0.25}], ports: [{name: http, port: 8080}]}]}'"
    Then it prints "endpoints/hand patched"
    When I run "kubectl get endpoints -l made=there"
    Then it prints the lines:
      """
      NAME   ENDPOINTS        AGE
      hand   10.0.0.25:8080   <any>
      """
    When I run "kubectl get endpoints --watch"
    Then it prints the lines:
      """
      hand         10.0.0.25:8080                    <any>
      """
    When I run "kubectl delete endpoints -l made=there"
    Then it prints 'endpoints "hand" deleted from default namespace'
    When I run "kubectl get endpoints hand"
    Then it exits with 1
    And it says:
      """
      Error from server (NotFound): endpoints "hand" not found
      """

  @KC-040
  Scenario: a Service's status is written apart from the Service
    When I run "kubectl patch service web --subresource=status --type merge -p '{status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}}'"
    Then it prints "service/web patched"
    When I run "kubectl get service web -o jsonpath={.status.loadBalancer.ingress[0].ip}"
    Then it prints "203.0.113.1"
    When I run "kubectl patch service web --type merge -p '{metadata: {annotations: {note: changed}}, status: {loadBalancer: {ingress: [{ip: 203.0.113.2}]}}}'"
    And I run "kubectl get service web -o jsonpath={.metadata.annotations.note},{.status.loadBalancer.ingress[0].ip}"
    Then it prints "changed,203.0.113.1"
    When I run "kubectl delete service web"
    And I run "kubectl get service web"
    Then it exits with 1

  @KC-021 @KC-032
  Scenario Outline: the status of <resource> is written apart, too
    When I run "kubectl create -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: <kind>
      metadata: {name: one}
      spec: <spec>
      """
    And I run "kubectl patch <resource> one --subresource=status --type merge -p '{status: <status>}'"
    And I run "kubectl patch <resource> one --type merge -p '{status: null}'"
    And I run "kubectl get <resource> one -o yaml"
    Then its output contains "<shown>"

    Examples:
      | kind        | resource    | spec                                                         | status                                                                                                                    | shown            |
      | Ingress     | ingress     | {defaultBackend: {service: {name: web, port: {number: 80}}}} | {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}                                                                            | ip: 203.0.113.1  |
      | ServiceCIDR | servicecidr | {cidrs: [10.97.0.0/24]}                                      | {conditions: [{type: Ready, status: Unknown, reason: Tried, message: by hand, lastTransitionTime: 2026-01-01T00:00:00Z}]} | message: by hand |
