Feature: Ports of sidecars

  An init container that is restarted always runs as long as the pod: its ports are ports of the pod, by number and by name.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
      """
    And pod "client" on node "master"
    And these pods will be pinned:
      | name | node   | address     |
      | app  | node01 | 10.244.1.40 |

  @SV-012 @SV-013
  Scenario Outline: a Service finds the port of a sidecar by <target>
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: app, labels: {app: app}}
      spec:
        nodeName: node01
        initContainers:
          - {name: proxy, image: proxy, restartPolicy: Always, ports: [{name: admin, containerPort: 9901}]}
        containers:
          - {name: app, image: app, ports: [{name: http, containerPort: 8080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: app}
      spec: {clusterIP: 10.96.0.60, selector: {app: app}, ports: [{port: 80, targetPort: <target>}]}
      """
    Then the endpoints of service "app" are 10.244.1.40:9901
    When pod "client" curls http://10.96.0.60
    Then pod "app" answers

    Examples:
      | target |
      | 9901   |
      | admin  |

  Scenario: an init container that has finished listens no more
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: app, labels: {app: app}}
      spec:
        nodeName: node01
        initContainers:
          - {name: setup, image: setup, ports: [{name: admin, containerPort: 9901}]}
        containers:
          - {name: app, image: app, ports: [{name: http, containerPort: 8080}]}
      """
    When pod "client" connects to 10.244.1.40:9901
    Then the request is refused
