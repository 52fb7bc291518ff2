Feature: Namespaces

  A name with a namespace before it means that object, and no other of its name.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
      """
    And pod "client" on node "master"
    And 1 "web" replica behind the ClusterIP service "web"
    And the manifests:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web-a, namespace: shop, labels: {app: web}}
      spec:
        nodeName: node01
        containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        clusterIP: 10.96.0.30
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """

  Scenario: pods of one namespace stand behind the Service of that namespace
    When pod "client" curls http://10.96.0.30
    Then each of the 3 pods answers 1/3 of the requests
    And pod "shop/web-a" answers 1/3 of the requests

  Scenario: a Deployment of a namespace is scaled
    When I scale deployment "shop/web" to 0 replicas
    And pod "client" curls http://10.96.0.30
    Then pod "shop/web-a" answers

  Scenario: a Deployment of a namespace is deleted, its namesake stays
    When I delete deployment "shop/web"
    And I run "kubectl get deployments --all-namespaces -o name"
    Then it prints "deployment.apps/web"

  Scenario: a pod of a namespace is deleted
    When I delete pod "shop/web-a"
    And pod "client" curls http://10.96.0.30
    Then each of the 2 pods answers 1/2 of the requests

  Scenario: a Service of a namespace is deleted, its namesake stays
    When I delete service "shop/web"
    And I run "kubectl get services --all-namespaces -o name"
    Then it prints:
      """
      service/kubernetes
      service/web
      """
