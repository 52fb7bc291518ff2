Feature: What kubelet writes for a pod's resolver

  dnsPolicy decides whom a pod asks, dnsConfig adds to it; hostAliases, hostname and subdomain stand in /etc/hosts.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
      addons: [coredns]
      """
    And these pods will be pinned:
      | name    | node   | address     |
      | plain   | node01 | 10.244.1.30 |
      | custom  | node01 | 10.244.1.31 |
      | added   | node01 | 10.244.1.32 |
      | aliased | node01 | 10.244.1.33 |
      | fqdn    | node01 | 10.244.1.34 |
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.1.10, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: plain}
      spec: {containers: [{name: c, image: pause}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: custom}
      spec:
        dnsPolicy: None
        dnsConfig:
          nameservers: [10.96.0.10, 192.0.2.7]
          searches: [shop.example, _tcp.example]
          options: [{name: ndots, value: "2"}, {name: edns0}]
        containers: [{name: c, image: pause}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: added}
      spec:
        dnsConfig:
          searches: [corp.example, svc.cluster.local, a.example, b.example, c.example]
          options: [{name: ndots, value: "3"}]
        containers: [{name: c, image: pause}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: host}
      spec: {nodeName: node01, hostNetwork: true, hostname: ignored, containers: [{name: c, image: pause}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: host-dns}
      spec: {nodeName: node01, hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, containers: [{name: c, image: pause}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: aliased}
      spec:
        hostname: front
        hostAliases: [{ip: 192.0.2.50, hostnames: [legacy.example, legacy]}]
        containers: [{name: c, image: pause}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: fqdn}
      spec:
        hostname: one
        subdomain: group
        setHostnameAsFQDN: true
        containers: [{name: c, image: pause}]
      """

  Scenario: a pod asks the cluster's DNS first
    Then /etc/resolv.conf of pod "plain" is:
      """
      search default.svc.cluster.local svc.cluster.local cluster.local
      nameserver 10.96.0.10
      options ndots:5
      """

  @KC-010 @DN-004 @DN-005
  Scenario: with dnsPolicy None there is what dnsConfig says, and nothing else
    Then /etc/resolv.conf of pod "custom" is:
      """
      search shop.example _tcp.example
      nameserver 10.96.0.10
      nameserver 192.0.2.7
      options ndots:2 edns0
      """

  @DN-005 @DN-006
  Scenario: dnsConfig is added, its options win, and no domain stands twice
    Then the search path of pod "added" is "default.svc.cluster.local svc.cluster.local cluster.local corp.example a.example b.example c.example"
    When pod "added" looks up "web"
    Then the name resolves to 10.96.1.10

  @DN-003
  Scenario: a host-network pod has its node's name and asks its node's server
    Then the hostname of pod "host" is "node01"
    When pod "host" curls http://web/
    Then the request is name-not-found
    And the explanation says "Write dnsPolicy: ClusterFirstWithHostNet"

  @DN-001
  Scenario Outline: with ClusterFirstWithHostNet it asks the cluster's
    When pod "host-dns" looks up "<name>"
    Then the name resolves to 10.96.1.10

    Examples:
      | name            |
      | web             |
      | web.default     |
      | web.default.svc |

  @DN-002
  Scenario: spec.hostname is what the pod calls itself
    Then the hostname of pod "aliased" is "front"

  @KC-003 @KX-002 @KX-003
  Scenario: /etc/hosts has the pod's own name and its aliases
    Then /etc/hosts of pod "aliased" is:
      """
      # Kubernetes-managed hosts file.
      127.0.0.1	localhost
      ::1	localhost ip6-localhost ip6-loopback
      fe00::0	ip6-localnet
      fe00::0	ip6-mcastprefix
      fe00::1	ip6-allnodes
      fe00::2	ip6-allrouters
      10.244.1.33	front

      # Entries added by HostAliases.
      192.0.2.50	legacy.example	legacy
      """
    When pod "aliased" looks up "legacy.example"
    Then the name resolves to 192.0.2.50
    And the resolver asks 0 questions

  @KX-002
  Scenario: a host-network pod has its node's file
    Then /etc/hosts of pod "host" has the lines:
      """
      # Kubernetes-managed hosts file (host network).
      127.0.0.1	localhost
      """

  @KC-003
  Scenario: hostname and subdomain make a full name, in /etc/hosts and for the pod itself
    Then the hostname of pod "fqdn" is "one.group.default.svc.cluster.local"
    And /etc/hosts of pod "fqdn" has the lines:
      """
      10.244.1.34	one.group.default.svc.cluster.local	one
      """
    When pod "fqdn" looks up "one.group.default.svc.cluster.local"
    Then the name resolves to 10.244.1.34
    And the resolver asks 0 questions
