Feature: What a resolver asks

  A name with fewer dots than ndots is tried with each domain of the search path before it is asked as it stands. Every try costs two
  questions, one for each family. glibc, musl and busybox' nslookup do it each in their own way.

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
          - {name: www.example.com, type: A, data: 203.0.113.10}
          - {name: a.b.c.d.e.example.com, type: A, data: 203.0.113.11}
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
      kind: Pod
      metadata: {name: plain}
      spec:
        nodeName: node01
        dnsConfig: {options: [{name: ndots, value: "1"}]}
        containers: [{name: c, image: pause}]
      """

  @GAP-023
  Scenario: a name outside costs eight questions, because ndots is 5
    When pod "client" looks up "www.example.com"
    Then the name resolves to 203.0.113.10
    And the resolver asks:
      | name                                       | type | answer       |
      | www.example.com.default.svc.cluster.local. | A    | NXDOMAIN     |
      | www.example.com.default.svc.cluster.local. | AAAA | NXDOMAIN     |
      | www.example.com.svc.cluster.local.         | A    | NXDOMAIN     |
      | www.example.com.svc.cluster.local.         | AAAA | NXDOMAIN     |
      | www.example.com.cluster.local.             | A    | NXDOMAIN     |
      | www.example.com.cluster.local.             | AAAA | NXDOMAIN     |
      | www.example.com.                           | A    | 203.0.113.10 |
      | www.example.com.                           | AAAA | no data      |

  @GAP-023
  Scenario Outline: how many questions a name costs
    When pod "<pod>" looks up "<name>" with <resolver>
    Then the resolver asks <questions> questions

    Examples: ndots 5
      | pod    | resolver | name                          | questions |
      | client | glibc    | web                           | 2         |
      | client | glibc    | web.default                   | 4         |
      | client | glibc    | web.default.svc               | 6         |
      | client | glibc    | web.default.svc.cluster.local | 8         |
      | client | glibc    | www.example.com.              | 2         |
      | client | glibc    | a.b.c.d.e.example.com         | 2         |
      | client | musl     | www.example.com               | 8         |
      | client | busybox  | web                           | 6         |
      | client | busybox  | web.default                   | 2         |

    Examples: ndots 1
      | pod   | resolver | name            | questions |
      | plain | glibc    | www.example.com | 2         |
      | plain | glibc    | web             | 2         |
      | plain | musl     | www.example.com | 2         |

  Scenario: with ndots 1, glibc still finds a Service by two labels, after one question in vain
    When pod "plain" looks up "web.default"
    Then the resolver asks:
      | name                                   | type | answer     |
      | web.default.                           | A    | NXDOMAIN   |
      | web.default.                           | AAAA | NXDOMAIN   |
      | web.default.default.svc.cluster.local. | A    | NXDOMAIN   |
      | web.default.default.svc.cluster.local. | AAAA | NXDOMAIN   |
      | web.default.svc.cluster.local.         | A    | 10.96.1.10 |
      | web.default.svc.cluster.local.         | AAAA | no data    |

  Scenario: with ndots 1, musl does not: a name with enough dots is asked only as it stands
    When pod "plain" looks up "web.default" with musl
    Then the name has no address
    And the resolver asks:
      | name         | type | answer   |
      | web.default. | A    | NXDOMAIN |
      | web.default. | AAAA | NXDOMAIN |

  Scenario: busybox' nslookup reads no ndots: a name with a dot is asked as it stands
    When pod "client" runs nslookup "web.default"
    Then it prints:
      """
      Server:		10.96.0.10
      Address:	10.96.0.10:53

      ** server can't find web.default: NXDOMAIN

      ** server can't find web.default: NXDOMAIN
      """
    And it exits with 1

  Scenario: busybox' nslookup asks every domain for a name without dots, and complains of those that lack it
    When pod "client" runs nslookup "web"
    Then it prints:
      """
      Server:		10.96.0.10
      Address:	10.96.0.10:53

      Name:	web.default.svc.cluster.local
      Address: 10.96.1.10

      ** server can't find web.svc.cluster.local: NXDOMAIN

      ** server can't find web.cluster.local: NXDOMAIN


      ** server can't find web.svc.cluster.local: NXDOMAIN

      ** server can't find web.cluster.local: NXDOMAIN
      """
    And it exits with 1

  Scenario: localhost and numbers are never asked for
    When pod "client" looks up "localhost"
    Then the name resolves to 127.0.0.1 and ::1
    And the resolver asks 0 questions

  Scenario: an answer too large for UDP is asked for again over TCP
    When I apply:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: many}
      spec:
        replicas: 20
        selector: {matchLabels: {app: many}}
        template:
          metadata: {labels: {app: many}}
          spec: {containers: [{name: c, image: many, ports: [{containerPort: 80}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: many}
      spec: {clusterIP: None, selector: {app: many}, ports: [{name: a-rather-long-port-name, port: 80}]}
      """
    And 30 seconds pass
    And pod "client" looks up the SRV records of "many"
    Then the resolver asks 2 questions
    And the resolver asks:
      | name                            | type | over |
      | many.default.svc.cluster.local. | SRV  | udp  |
      | many.default.svc.cluster.local. | SRV  | tcp  |
