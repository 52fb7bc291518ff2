Feature: A Service that changes its type

  A nodePort belongs to the types that have one; the API server of v1.13 refuses a type that would leave it behind.

  Scenario: v1.13 keeps the nodePort of a live Service, and refuses
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.13.0
      """
    And 1 "web" replica behind the NodePort service "web" on port 30080
    When I run "kubectl apply -f -" with:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        type: ClusterIP
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """
    Then it exits with 1
    And it says:
      """
      * spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
      """
