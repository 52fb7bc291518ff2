Feature: Limits

  A LimitRange gives containers that say nothing their share, and refuses those that ask for too much or too little.

  Background:
    Given the cluster from "cluster.yaml"
    When I apply:
      """
      apiVersion: v1
      kind: LimitRange
      metadata: {name: bounds}
      spec:
        limits:
          - {type: Container, max: {cpu: "1"}, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}
      """

  Scenario: a container without resources gets the defaults
    When I run "kubectl run idle --image=busybox"
    And I run "kubectl get pod idle -o jsonpath={.spec.containers[0].resources}"
    Then it prints '{"limits":{"cpu":"500m"},"requests":{"cpu":"100m"}}'

  Scenario: a container that asks for too much is refused
    When I run "kubectl create -f -" with:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: greedy}
      spec: {containers: [{name: c, image: busybox, resources: {limits: {cpu: "2"}}}]}
      """
    Then it exits with 1
    And it says:
      """
      Error from server (Forbidden): error when creating "STDIN": pods "greedy" is forbidden: maximum cpu usage per Container is 1, but limit is 2
      """

  Scenario: a Service keeps no endpoint when its Deployment asks for more than it may
    When I run "kubectl patch deployment web -p '{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null},\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"resources\":{\"limits\":{\"cpu\":\"2\"}}}]}}}}'"
    And 1 minute passes
    Then service "web" has no endpoints
    When I run "kubectl get events --field-selector=reason=FailedCreate"
    Then its output contains "is forbidden: maximum cpu usage per Container is 1, but limit is 2"
    When I run "kubectl delete limitrange bounds"
    And 2 minutes pass
    And I run "kubectl get deployment web"
    Then its output contains "2/2"
