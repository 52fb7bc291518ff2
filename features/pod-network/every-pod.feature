Feature: Every pod reaches every pod

  A pod has an address of its own that all other pods see and use, on its own machine and on others, and so do the machines
  themselves: whatever joins the machines.

  Rule: In every pod network

    Background:
      Given the manifests from "pods.yaml"
      And these pods will be pinned:
        | name   | node  | address     |
        | web-1  | node1 | 10.244.1.40 |
        | web-2  | node2 | 10.244.2.40 |
        | client | node1 | 10.244.1.9  |

    @KC-023 @KC-024
    Scenario Outline: from a pod: <network>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: <version>
        networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      When pod "client" curls http://10.244.1.40:8080
      Then pod "web-1" answers
      And the server sees the source 10.244.1.9
      When pod "client" sends a udp packet to 10.244.1.40:8081
      Then pod "web-1" answers
      When pod "client" curls http://10.244.2.40:8080
      Then pod "web-2" answers
      And the server sees the source 10.244.1.9
      And the path is:
        | in    | step    | source           | destination      | ttl   |
        | web-2 | deliver | 10.244.1.9:51412 | 10.244.2.40:8080 | <ttl> |
      When pod "client" sends a udp packet to 10.244.2.40:8081
      Then pod "web-2" answers

      Examples:
        | version | network                                                        | ttl |
        | v1.13.0 | name: flannel, backend: vxlan                                  | 62  |
        | v1.13.0 | name: flannel, backend: udp                                    | 60  |
        | v1.13.0 | name: flannel, backend: host-gw                                | 62  |
        | v1.13.0 | name: flannel, backend: udp, bridge: docker0                   | 60  |
        | v1.13.0 | name: docker0, nodeRoutes: true, forwardPolicy: ACCEPT, ipMasq: false | 62 |
        | v1.35.4 | name: flannel, backend: vxlan                                  | 62  |
        | v1.35.4 | name: flannel, backend: vxlan, directRouting: true             | 62  |
        | v1.35.4 | name: flannel, backend: vxlan, gbp: true, vni: 7, port: 4789   | 62  |
        | v1.35.4 | name: flannel, backend: vxlan, nftables: true                  | 62  |
        | v1.35.4 | name: flannel, backend: udp                                    | 60  |
        | v1.35.4 | name: flannel, backend: host-gw                                | 62  |
        | v1.35.4 | name: bridge, nodeRoutes: true, ipMasq: false                  | 62  |

    @KC-025 @KC-026
    Scenario Outline: from a machine to its own pods and to others': <network>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: <version>
        networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      When node "node1" curls http://10.244.1.40:8080
      Then pod "web-1" answers
      And the server sees the source 10.244.1.1
      When node "node1" sends a udp packet to 10.244.1.40:8081
      Then pod "web-1" answers
      When node "node1" curls http://10.244.2.40:8080
      Then pod "web-2" answers
      And the server sees the source <source>
      When node "node1" sends a udp packet to 10.244.2.40:8081
      Then pod "web-2" answers

      Examples:
        | version | network                                                               | source        |
        | v1.13.0 | name: flannel, backend: vxlan                                         | 10.244.1.0    |
        | v1.13.0 | name: flannel, backend: udp                                           | 10.244.1.0    |
        | v1.13.0 | name: flannel, backend: host-gw                                       | 192.168.1.201 |
        | v1.13.0 | name: docker0, nodeRoutes: true, forwardPolicy: ACCEPT, ipMasq: false | 192.168.1.201 |
        | v1.35.4 | name: flannel, backend: vxlan                                         | 10.244.1.0    |
        | v1.35.4 | name: flannel, backend: udp                                           | 10.244.1.0    |
        | v1.35.4 | name: bridge, nodeRoutes: true, ipMasq: false                         | 192.168.1.201 |

    @NW-001 @NW-002
    Scenario Outline: over SCTP as well, from pods and machines: <network>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {<network>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      When pod "client" sends a sctp packet to 10.244.1.40:8082
      Then pod "web-1" answers
      When pod "client" sends a sctp packet to 10.244.2.40:8082
      Then pod "web-2" answers
      When node "node1" sends a sctp packet to 10.244.1.40:8082
      Then pod "web-1" answers
      When node "node1" sends a sctp packet to 10.244.2.40:8082
      Then pod "web-2" answers

      Examples:
        | network                                       |
        | name: flannel                                 |
        | name: flannel, backend: udp                   |
        | name: flannel, backend: host-gw               |
        | name: bridge, nodeRoutes: true, ipMasq: false |

  Rule: Pods and machines

    Background:
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        externalClients: [{name: laptop, address: 192.168.1.50}]
        """
      And the manifests from "pods.yaml"
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: self, labels: {app: self}}
        spec:
          nodeName: node1
          containers:
            - name: c
              image: busybox
              env:
                - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: HOST_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
        """
      And these pods will be pinned:
        | name   | node  | address     |
        | web-1  | node1 | 10.244.1.40 |
        | web-2  | node2 | 10.244.2.40 |
        | client | node1 | 10.244.1.9  |
        | self   | node1 | 10.244.1.10 |

    Scenario: a pod reaches its own machine as itself
      When pod "client" connects to 192.168.1.201:10250
      Then node "node1" answers
      And the server sees the source 10.244.1.9

    Scenario: a pod reaches another machine as its own machine
      # Articles say that there is no translation. flannel leaves it out between pods only.
      When pod "client" connects to 192.168.1.202:10250
      Then node "node2" answers
      And the server sees the source 192.168.1.201

    Scenario: nobody outside has a route to a pod
      When client "laptop" connects to 10.244.1.40:8080
      Then the request is host-unreachable

    @KX-004
    Scenario: a pod's status names its machine
      When I run "kubectl get pod self -o yaml"
      Then it prints the lines:
        """
          hostIP: 192.168.1.201
        """

    @KX-005 @KX-006
    Scenario: the downward API tells a pod its own addresses
      Then the environment of pod "self" has:
        | name          | value         |
        | POD_NAME      | self          |
        | POD_NAMESPACE | default       |
        | POD_IP        | 10.244.1.10   |
        | HOST_IP       | 192.168.1.201 |
