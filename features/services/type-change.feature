Feature: A Service that changes its type

  Today's API server takes back what the new type does not have; that of v1.13 refuses a type that would leave a nodePort behind.

  @NW-015
  Scenario: a NodePort that becomes a ClusterIP closes its port
    Given 1 "web" replica behind the NodePort service "web" on port 30080
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        type: ClusterIP
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """
    And an external client curls http://192.168.1.201:30080
    Then the request is refused

  @NW-019
  Scenario: a UDP NodePort that becomes a ClusterIP closes its port
    Given the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: dns}
      spec:
        type: NodePort
        selector: {app: dns}
        ports: [{port: 53, protocol: UDP, nodePort: 30053}]
      """
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: dns}
      spec:
        type: ClusterIP
        selector: {app: dns}
        ports: [{port: 53, protocol: UDP}]
      """
    And an external client sends a udp packet to 192.168.1.201:30053
    Then the request is refused

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
