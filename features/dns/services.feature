Feature: Names of Services and pods

  CoreDNS knows every Service and every ready endpoint. A name stands for a ClusterIP, for the pods of a headless Service, or for
  another name; what exists without such a record has no data, and what does not exist is denied.

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
        upstream: [{name: www.example.com, type: A, ttl: 300, data: 203.0.113.10}]
      """
    And pod "client" on node "node01" at 10.244.1.9
    And the pods of deployment "web" will be:
      | name  | node   | address     |
      | web-1 | node01 | 10.244.1.21 |
      | web-2 | node01 | 10.244.1.22 |
    And the manifests:
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        clusterIP: 10.96.1.10
        selector: {app: web}
        ports: [{name: http, port: 80, targetPort: http}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web-h}
      spec:
        clusterIP: None
        selector: {app: web}
        ports: [{name: http, port: 8080}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec:
        clusterIP: 10.96.1.20
        selector: {app: db}
        ports: [{port: 3306}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: www.example.com}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: nobody-h}
      spec:
        clusterIP: None
        selector: {app: nobody}
        ports: [{port: 80}]
      """

  @KC-007 @KC-009
  Scenario Outline: a Service has one address under every form of its name
    When pod "client" looks up "<name>"
    Then the name resolves to 10.96.1.10

    Examples:
      | name                           |
      | web                            |
      | web.default                    |
      | web.default.svc                |
      | web.default.svc.cluster.local  |
      | web.default.svc.cluster.local. |
      | WEB.Default                    |

  @KC-007 @KC-009
  Scenario Outline: a headless Service has the addresses of its ready pods
    When pod "client" looks up "<name>"
    Then the name resolves to 10.244.1.21 and 10.244.1.22

    Examples:
      | name              |
      | web-h             |
      | web-h.default     |
      | web-h.default.svc |

  @KC-007
  Scenario: a named port has an SRV record
    When pod "client" digs the SRV records of "_http._tcp.web.default.svc.cluster.local"
    Then the name server answers the records:
      | name                                      | type | ttl | data                                          |
      | _http._tcp.web.default.svc.cluster.local. | SRV  | 30  | 0 100 80 web.default.svc.cluster.local.       |

  @KC-007
  Scenario: each pod of a headless Service has its share of the SRV records
    When pod "client" digs the SRV records of "_http._tcp.web-h.default.svc.cluster.local"
    Then the name server answers the records:
      | name                                        | type | data                                                           |
      | _http._tcp.web-h.default.svc.cluster.local. | SRV  | 0 50 8080 10-244-1-21.web-h.default.svc.cluster.local.         |
      | _http._tcp.web-h.default.svc.cluster.local. | SRV  | 0 50 8080 10-244-1-22.web-h.default.svc.cluster.local.         |

  @KC-009
  Scenario: SRV records are found through the search path
    When pod "client" looks up the SRV records of "_http._tcp.web"
    Then the resolver asks:
      | name                                      | type | answer                                  |
      | _http._tcp.web.default.svc.cluster.local. | SRV  | 0 100 80 web.default.svc.cluster.local. |

  @KC-008 @DN-007
  Scenario Outline: the API server has a name, short or long
    When pod "client" looks up "<name>"
    Then the name resolves to 10.96.0.1

    Examples:
      | name                   |
      | kubernetes             |
      | kubernetes.default     |
      | kubernetes.default.svc |

  @DN-012
  Scenario: a Service of another namespace is found by its name and namespace
    When pod "client" looks up "db.shop"
    Then the name resolves to 10.96.1.20
    And the resolver asks:
      | name                               | type | answer     |
      | db.shop.default.svc.cluster.local. | A    | NXDOMAIN   |
      | db.shop.default.svc.cluster.local. | AAAA | NXDOMAIN   |
      | db.shop.svc.cluster.local.         | A    | 10.96.1.20 |
      | db.shop.svc.cluster.local.         | AAAA | no data    |

  Scenario: a Service of another namespace is not found without it
    When pod "client" curls http://db:3306/
    Then the request is name-not-found
    And curl prints "curl: (6) Could not resolve host: db"
    And the explanation says "Service shop/db exists. Write db.shop."

  @KC-004
  Scenario: an ExternalName is an alias, and follows its Service
    When pod "client" digs "outside.default.svc.cluster.local"
    Then the name server answers the records:
      | name                               | type  | ttl | data             |
      | outside.default.svc.cluster.local. | CNAME | 30  | www.example.com. |
      | www.example.com.                   | A     | 30  | 203.0.113.10     |
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: web.default.svc.cluster.local}
      """
    And pod "client" looks up "outside"
    Then the name resolves to 10.96.1.10

  @KC-004
  Scenario: an ExternalName that becomes a ClusterIP has an address
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec:
        type: ClusterIP
        clusterIP: 10.96.1.30
        externalName: null
        ports: [{port: 80}]
      """
    And pod "client" digs "outside.default.svc.cluster.local"
    Then the name server answers the records:
      | name                               | type | data       |
      | outside.default.svc.cluster.local. | A    | 10.96.1.30 |

  @KC-005 @KC-006
  Scenario: a pod with a hostname and the subdomain of a headless Service has a name of its own
    When I apply:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: named, labels: {app: web}}
      spec:
        nodeName: node01
        hostname: one
        subdomain: web-h
        containers: [{name: c, image: web}]
      """
    And 10 seconds pass
    And pod "client" looks up "one.web-h"
    Then the resolver asks:
      | name                                 | type | answer      |
      | one.web-h.default.svc.cluster.local. | A    | 10.244.1.23 |
      | one.web-h.default.svc.cluster.local. | AAAA | no data     |

  Scenario: a pod has a name by its address
    When pod "client" looks up "10-244-1-21.default.pod"
    Then the name resolves to 10.244.1.21

  Scenario Outline: an address has the names of what has it
    When pod "client" digs the PTR record of "<reverse>"
    Then the name server answers the records:
      | name      | type | data   |
      | <reverse> | PTR  | <name> |

    Examples:
      | reverse                   | name                                         |
      | 10.1.96.10.in-addr.arpa.  | web.default.svc.cluster.local.               |
      | 10.0.96.10.in-addr.arpa.  | kube-dns.kube-system.svc.cluster.local.      |

  Scenario: a name without such a record has no data, and says how long that may be kept
    When pod "client" runs nslookup "web.default.svc.cluster.local"
    Then it prints the lines:
      """
      Server:		10.96.0.10
      Address:	10.96.0.10:53
      Name:	web.default.svc.cluster.local
      Address: 10.96.1.10
      """
    And it exits with 0

  Scenario Outline: what does not exist is denied, and what exists otherwise is empty
    When pod "client" digs the <type> record of "<name>"
    Then the name server answers <rcode>

    Examples:
      | name                               | type | rcode    |
      | web.default.svc.cluster.local      | AAAA | NOERROR  |
      | nosuch.default.svc.cluster.local   | A    | NXDOMAIN |
      | web.nosuch.svc.cluster.local       | A    | NXDOMAIN |
      | nobody-h.default.svc.cluster.local | A    | NXDOMAIN |
      | default.svc.cluster.local          | A    | NOERROR  |
      | *.default.svc.cluster.local        | A    | NXDOMAIN |

  Scenario: a headless Service whose pods are not ready has no name
    When pod "client" curls http://nobody-h/
    Then the request is name-not-found
    And the explanation says "Service default/nobody-h has no ready endpoints"

  Scenario: the name of a StatefulSet's pod stays when its address changes
    When I apply:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: kubia}
      spec: {clusterIP: None, selector: {app: kubia}, ports: [{name: http, port: 8080}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: kubia}
      spec:
        serviceName: kubia
        replicas: 1
        selector: {matchLabels: {app: kubia}}
        template:
          metadata: {labels: {app: kubia}}
          spec: {containers: [{name: kubia, image: kubia, ports: [{name: http, containerPort: 8080}]}]}
      """
    And 10 seconds pass
    And pod "client" looks up "kubia-0.kubia"
    Then the name resolves to 10.244.1.23
    When I delete pod "kubia-0"
    And 60 seconds pass
    And pod "client" curls http://kubia-0.kubia:8080/
    Then the request is answered
    And pod "kubia-0" answers

  @KC-008
  Scenario Outline: the API server's name is answered over <how>, too
    When I run "in pod/client dig <switch> kubernetes.default.svc.cluster.local"
    Then it prints the lines:
      """
      kubernetes.default.svc.cluster.local.	30	IN	A	10.96.0.1
      ;; SERVER: 10.96.0.10#53(10.96.0.10) (<how>)
      """

    Examples:
      | how | switch |
      | TCP | +tcp   |
      | UDP | -t A   |

  @KX-013
  Scenario: the pods of an Indexed Job carry their number in their hostname
    When I apply:
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: parts}
      spec:
        completionMode: Indexed
        completions: 3
        parallelism: 3
        template:
          spec: {restartPolicy: Never, subdomain: parts, containers: [{name: part, image: busybox}]}
      """
    And I run "kubectl get pods -l job-name=parts -o jsonpath={.items[*].spec.hostname}"
    Then it prints "parts-0 parts-1 parts-2"
    When I run "kubectl get job parts -o jsonpath={.status.completedIndexes}"
    Then it prints "0-2"

  @DN-011
  Scenario: of thousands of Services each has its name
    Given 2000 services named "many" with the ClusterIPs from 10.100.0.1 on
    When pod "client" looks up "many-1"
    Then the name resolves to 10.100.0.1
    When pod "client" looks up "many-1000"
    Then the name resolves to 10.100.3.232
    When pod "client" looks up "many-2000.default"
    Then the name resolves to 10.100.7.208
    When pod "client" looks up "many-2001"
    Then the name has no address
