Feature: Pins in a namespace

  Names of pods, addresses of pods and Services can be said for any namespace, not only for default.
  Scenario: a pod, a client and a Service of namespace shop get what was said
    Given the default cluster
    And the manifests:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x, ports: [{containerPort: 80}]}]}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {a: b}, ports: [{port: 80}]}
      """
    And the pods of deployment "shop/web" will be:
      | name  | node   | address    |
      | web-x | worker | 10.244.1.7 |
    And service "shop/web" will get the ClusterIP 10.96.7.7
    And pod "shop/client" on node "worker2" at 10.244.2.9
    When pod "shop/client" curls http://10.96.7.7
    Then pod "shop/web-x" answers
    And pod "shop/web-x" sees the source 10.244.2.9
    And the pods are:
      | name   | node    | address    |
      | web-x  | worker  | 10.244.1.7 |
      | client | worker2 | 10.244.2.9 |
