Feature: Article 001: the names of Services

  The article reaches mytest-svc by name from a busybox pod: mytest-svc inside its namespace, mytest-svc.default from anywhere. Behind the
  name stand CoreDNS' two pods on the master, the Service kube-dns at 10.96.0.10, and the search path that kubelet writes into every pod.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.13.0
      networking:
        podSubnet: 10.244.0.0/16
        serviceSubnet: 10.96.0.0/12
        kubeProxyMode: iptables
        cni: {name: flannel, backend: vxlan}
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200], podCIDRs: [10.244.0.0/24]}
        - {name: node01, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
        - {name: node02, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
      addons: [coredns]
      images:
        - image: wangzan18/mytest:v1
          listens: [{port: 8080, protocol: TCP}]
          answers: "Hello Kubernetes bootcamp! | Running on: {hostname} | v=1\n"
      """
    And the pods of deployment "kube-system/coredns" will be:
      | name                     | node   | address    |
      | coredns-86c58d9df4-4xzlv | master | 10.244.0.4 |
      | coredns-86c58d9df4-bjvmr | master | 10.244.0.5 |
    And the pods of deployment "mytest" will be:
      | name                   | node   | address    |
      | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
      | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
      | mytest-88d46bf99-cd4zk | node02 | 10.244.2.2 |
    And the manifests from "001/mytest-deploy.yaml"
    And the manifests from "001/services/mytest-svc.yaml"
    And service "mytest-svc" will get the ClusterIP 10.100.77.149
    And pod "busybox" on node "node01" at 10.244.1.9
    And pod "shop/busybox" on node "node02" at 10.244.2.9

  @001-dns
  Scenario: the DNS server is a Service with two pods, under UDP and TCP
    Then the endpoints of service "kube-system/kube-dns" are 10.244.0.4:53, 10.244.0.5:53, 10.244.0.4:53 and 10.244.0.5:53
    When I run "kubectl get deployment coredns -n kube-system"
    Then it prints the lines:
      """
      NAME      READY   UP-TO-DATE   AVAILABLE   AGE
      coredns   2/2     2            2           <any>
      """

  Scenario: every pod is told whom to ask, and in which domains
    Then /etc/resolv.conf of pod "busybox" is:
      """
      nameserver 10.96.0.10
      search default.svc.cluster.local svc.cluster.local cluster.local
      options ndots:5
      """
    And the search path of pod "shop/busybox" is "shop.svc.cluster.local svc.cluster.local cluster.local"

  @001-names
  Scenario Outline: the names by which the Service is known in its own namespace
    When pod "busybox" looks up "<name>"
    Then the name resolves to 10.100.77.149
    And the resolver asks <questions> questions

    Examples:
      | name                                 | questions |
      | mytest-svc                           | 2         |
      | mytest-svc.default                   | 4         |
      | mytest-svc.default.svc               | 6         |
      | mytest-svc.default.svc.cluster.local | 8         |

  @001-names-broken
  Scenario: from another namespace the bare name is not found, the full one is
    When pod "shop/busybox" curls http://mytest-svc/
    Then the request is name-not-found
    And curl prints "curl: (6) Could not resolve host: mytest-svc"
    And the explanation says "Write mytest-svc.default."
    When pod "shop/busybox" looks up "mytest-svc.default"
    Then the name resolves to 10.100.77.149
    And the resolver asks:
      | name                                       | type | answer        |
      | mytest-svc.default.shop.svc.cluster.local. | A    | NXDOMAIN      |
      | mytest-svc.default.shop.svc.cluster.local. | AAAA | NXDOMAIN      |
      | mytest-svc.default.svc.cluster.local.      | A    | 10.100.77.149 |
      | mytest-svc.default.svc.cluster.local.      | AAAA | no data       |

  @001-names @001-dns
  Scenario: wget by name is one path: the question over flannel to the master, then the request to a pod
    When pod "busybox" wgets http://mytest-svc.default/
    Then the request is answered
    And each of the 3 pods answers 1/3 of the requests
    And the name resolves to 10.100.77.149
    And the path of the first question is:
      | node   | step        | source           | destination   |
      | node01 | send        | 10.244.1.9:38053 | 10.96.0.10:53 |
      | node01 | dnat        | 10.244.1.9:38053 | 10.244.0.4:53 |
      | node01 | encapsulate | 10.244.1.9:38053 | 10.244.0.4:53 |
      | master | decapsulate | 10.244.1.9:38053 | 10.244.0.4:53 |
      | master | deliver     | 10.244.1.9:38053 | 10.244.0.4:53 |

  Scenario: old kubeadm gives names five seconds to live
    When pod "busybox" digs "mytest-svc.default.svc.cluster.local"
    Then the name server answers the records:
      | name                                  | type | ttl | data          |
      | mytest-svc.default.svc.cluster.local. | A    | 5   | 10.100.77.149 |

  Scenario: the name stays when pods die and when the Service becomes a nodePort
    When I delete pod "mytest-88d46bf99-ntd5n"
    And pod "busybox" looks up "mytest-svc"
    Then the name resolves to 10.100.77.149
    When I apply "001/services/mytest-svc-nodeport.yaml"
    And pod "busybox" curls http://mytest-svc/
    Then the request is answered

  @001-names-broken
  Scenario: the nodes themselves do not know the name
    When node "master" curls http://mytest-svc.default/
    Then the request is name-not-found
    And the explanation says "does not ask the cluster's DNS"

  @001-dns-broken
  Scenario: without CoreDNS' pods the address still answers, and the name does not
    When I run "kubectl scale deployment coredns --replicas=0 -n kube-system"
    And 60 seconds pass
    And pod "busybox" curls http://mytest-svc/
    Then the request is name-not-found
    And the explanation says "the question for mytest-svc to 10.96.0.10:53 got no answer"
    When pod "busybox" curls http://10.100.77.149/
    Then the request is answered
