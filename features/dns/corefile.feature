Feature: The Corefile decides

  CoreDNS does what its Corefile says: the cluster's own names, stub domains, rewrites, and where everything else is asked.

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
      dns:
        upstream:
          - {name: www.example.com, type: A, ttl: 300, data: 203.0.113.10}
          - {name: 10.113.0.203.in-addr.arpa, type: PTR, data: www.example.com.}
      """
    And pod "client" on node "node01" at 10.244.1.9
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.1.10, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: www.example.com}
      """

  @DN-008
  Scenario: a stub domain is answered by its own block, until it is taken away
    When I apply:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: coredns, namespace: kube-system}
      data:
        Corefile: |
          .:53 {
            errors
            kubernetes cluster.local in-addr.arpa ip6.arpa {
              pods insecure
              fallthrough in-addr.arpa ip6.arpa
            }
            forward . /etc/resolv.conf
          }
          corp.example:53 {
            hosts {
              10.150.0.1 git.corp.example
            }
          }
      """
    And pod "client" looks up "git.corp.example"
    Then the name resolves to 10.150.0.1
    When I apply:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: coredns, namespace: kube-system}
      data:
        Corefile: |
          .:53 {
            kubernetes cluster.local
            forward . /etc/resolv.conf
          }
      """
    And pod "client" looks up "git.corp.example"
    Then the name has no address

  @DN-009
  Scenario: the target of an ExternalName is asked for upstream
    When pod "client" looks up "outside"
    Then the resolver asks:
      | name                               | type | answer                         | by     |
      | www.example.com.                   | A    | 203.0.113.10                   | server |
      | outside.default.svc.cluster.local. | A    | www.example.com., 203.0.113.10 | client |
      | www.example.com.                   | AAAA | no data                        | server |
      | outside.default.svc.cluster.local. | AAAA | www.example.com.               | client |

  @DN-010
  Scenario: an address outside the cluster's ranges is asked for upstream
    When pod "client" digs the PTR record of "10.113.0.203.in-addr.arpa"
    Then the name server answers the records:
      | name                       | type | data             |
      | 10.113.0.203.in-addr.arpa. | PTR  | www.example.com. |

  Scenario: a rewritten name is answered under the name that was asked
    When I apply:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: coredns, namespace: kube-system}
      data:
        Corefile: |
          .:53 {
            rewrite name api.corp.example web.default.svc.cluster.local
            kubernetes cluster.local
          }
      """
    And pod "client" digs "api.corp.example"
    Then the name server answers the records:
      | name              | type | ttl | data       |
      | api.corp.example. | A    | 5   | 10.96.1.10 |

  Scenario: without forward nobody knows the world
    When I apply:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: coredns, namespace: kube-system}
      data:
        Corefile: |
          .:53 {
            kubernetes cluster.local
          }
      """
    And pod "client" curls http://www.example.com/
    Then the request is name-not-found
    And the explanation says "SERVFAIL"
