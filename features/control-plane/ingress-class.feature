Feature: The class of an Ingress

  An Ingress that names no class gets the default one, if there is one. hopspec keeps Ingresses as the API server does; no request is
  routed by them.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      """

  @MS-004
  Scenario: the default class
    When I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: usual, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
      spec: {controller: example.com/usual}
      ---
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: other}
      spec: {controller: example.com/other}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: odd}
      spec: {ingressClassName: other, defaultBackend: {service: {name: web, port: {number: 80}}}}
      """
    And I run "kubectl get ingress"
    Then it prints the lines:
      """
      NAME   CLASS   HOSTS   ADDRESS   PORTS   AGE
      odd    other   *                 80      <any>
      shop   usual   *                 80      <any>
      """

  @MS-005
  Scenario: without a default class there is none
    When I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: other}
      spec: {controller: example.com/other}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
      """
    And I run "kubectl get ingress shop"
    Then it prints the lines:
      """
      shop   <none>   *                 80      <any>
      """

  @MS-006
  Scenario: of two default classes the one that was made last
    When I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: a-first, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
      spec: {controller: example.com/first}
      """
    And 2 seconds pass
    And I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: b-last, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
      spec: {controller: example.com/last}
      """
    And I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
      """
    And I run "kubectl get ingress shop -o jsonpath={.spec.ingressClassName}"
    Then it prints "b-last"

  @MS-006
  Scenario: of two that were made together the first by name
    When I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: b, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
      spec: {controller: example.com/b}
      ---
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: a, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
      spec: {controller: example.com/a}
      """
    And I apply:
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: shop}
      spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
      """
    And I run "kubectl get ingress shop -o jsonpath={.spec.ingressClassName}"
    Then it prints "a"

  @MS-007
  Scenario: a class may take its parameters from one namespace
    When I run "kubectl create -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: ours}
      spec:
        controller: example.com/ours
        parameters: {apiGroup: example.com, kind: Parameters, name: fast, scope: Namespace, namespace: shop}
      """
    Then it prints "ingressclass.networking.k8s.io/ours created"
    When I run "kubectl get ingressclass ours"
    Then it prints the lines:
      """
      NAME   CONTROLLER         PARAMETERS                    AGE
      ours   example.com/ours   Parameters.example.com/fast   <any>
      """

  @MS-007
  Scenario: parameters of a namespace name it
    When I run "kubectl create -f -" with:
      """
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata: {name: ours}
      spec:
        controller: example.com/ours
        parameters: {apiGroup: example.com, kind: Parameters, name: fast, scope: Namespace}
      """
    Then it exits with 1
    And it says:
      """
      The IngressClass "ours" is invalid: spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'
      """
