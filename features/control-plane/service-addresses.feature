Feature: The addresses of Services as objects

  The API server keeps an IPAddress for each ClusterIP, and the ServiceCIDR out of which it gives them.

  Background:
    Given the cluster from "cluster.yaml"

  Scenario: every ClusterIP belongs to its Service
    When I run "kubectl get ipaddresses"
    Then it prints:
      """
      NAME         PARENTREF
      10.96.0.1    services/default/kubernetes
      10.96.0.20   services/default/web
      """
    When I delete service "web"
    And I run "kubectl get ipaddress 10.96.0.20"
    Then it exits with 1

  Scenario: the range of ClusterIPs
    When I run "kubectl get servicecidr kubernetes"
    Then its output contains "10.96.0.0/12"
