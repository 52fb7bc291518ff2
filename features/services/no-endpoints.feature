Feature: Services without endpoints

  Nobody stands behind the Service: kube-proxy refuses the request at once, so that no client waits in vain.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.13.12
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
      """
    And pod "client" on node "node01"
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: empty}
      spec:
        clusterIP: 10.96.0.20
        selector: {app: nobody}
        ports: [{name: tcp, port: 80}, {name: udp, port: 80, protocol: UDP}]
      """

  @SV-009
  Scenario: curl is told at once
    When pod "client" curls http://10.96.0.20
    Then the request is rejected
    And curl exits with 7
    And curl prints "curl: (7) Failed to connect to 10.96.0.20 port 80 after 0 ms: Couldn't connect to server"

  @GAP-011
  Scenario Outline: the refusal is made by a rule, for every protocol
    When pod "client" sends a <protocol> packet to 10.96.0.20:80
    Then the request is rejected
    And a rule made for "service default/empty" decides
    And the rules of node "node01" contain:
      """
      -A KUBE-SERVICES -d 10.96.0.20/32 -p <protocol> -m comment --comment "default/empty:<protocol> has no endpoints" -m <protocol> --dport 80 -j REJECT --reject-with icmp-port-unreachable
      """

    Examples:
      | protocol |
      | tcp      |
      | udp      |

  @SV-009
  Scenario: a node is told at once, too
    When node "master" curls http://10.96.0.20
    Then the request is rejected
    And curl exits with 7

  @SV-008
  Scenario: an evicted pod is no endpoint
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: gone, labels: {app: nobody}}
      spec: {nodeName: node01, containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}
      status: {phase: Failed, reason: Evicted}
      """
    When pod "client" curls http://10.96.0.20
    Then service "empty" has no endpoints
    And the request is rejected
