Feature: Secrets

  A container reads a Secret when it starts. One whose Secret is missing does not start, and the kubelet says which.

  Background:
    Given the cluster from "cluster.yaml"

  Scenario: a container waits for its Secret, and the Service has no endpoint until it comes
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec: {clusterIP: 10.96.0.30, selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db, labels: {app: db}}
      spec:
        nodeName: node02
        containers:
          - name: db
            image: postgres
            ports: [{containerPort: 5432}]
            env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]
            envFrom: [{prefix: DB_, secretRef: {name: db}}]
      """
    And I run "kubectl get pod db"
    Then its output contains "CreateContainerConfigError"
    And service "db" has no endpoints
    When I run "kubectl get events --field-selector=involvedObject.name=db,type=Warning"
    Then its output contains 'Error: secret "db" not found'
    When pod "client" connects to 10.96.0.30:5432
    Then the explanation says 'secret "db" not found'
    When I run "kubectl create secret generic db --from-literal=password=hunter2 --from-literal=user=root"
    Then the environment of pod "db" has:
      | name     | value   |
      | PASSWORD | hunter2 |
      | DB_user  | root    |
    When pod "client" connects to 10.96.0.30:5432
    Then pod "db" answers

  Scenario: what a Secret holds is counted, and not shown
    When I run "kubectl create secret generic db --from-literal=password=hunter2"
    And I run "kubectl describe secret db"
    Then it prints the lines:
      """
      password:  7 bytes
      """
    When I run "kubectl create -f -" with:
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: plain}
      data: {password: hunter2}
      """
    Then it exits with 1
    And it says:
      """
      Error from server (BadRequest): error when creating "STDIN": Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 4
      """
