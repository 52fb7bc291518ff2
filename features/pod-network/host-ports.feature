Feature: hostPorts and hostNetwork

  A pod with a hostPort answers on its machine's address too; the plugin portmap translates. A pod with hostNetwork has no other
  address than its machine's.

  Background:
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, labels: {app: web}}
      spec:
        nodeName: node1
        containers:
          - name: web
            image: web
            ports:
              - {containerPort: 8080, hostPort: 80}
              - {containerPort: 8081, hostPort: 53, protocol: UDP}
              - {containerPort: 8082, hostPort: 82, protocol: SCTP}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client}
      spec: {nodeName: node1, containers: [{name: c, image: busybox}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: other}
      spec: {nodeName: node2, containers: [{name: c, image: busybox}]}
      """
    And these pods will be pinned:
      | name   | node  | address     |
      | web    | node1 | 10.244.1.2  |
      | client | node1 | 10.244.1.9  |
      | other  | node2 | 10.244.2.9  |

  Rule: hostPorts

    Scenario Outline: TCP and UDP reach the pod at its machine's address: portmap <backend>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, portmap: <backend>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        externalClients: [{name: laptop, address: 192.168.1.50}]
        """
      When client "laptop" curls http://192.168.1.201
      Then pod "web" answers
      And the server sees the source 192.168.1.50
      And the request arrives at 10.244.1.2:8080
      When client "laptop" sends a udp packet to 192.168.1.201:53
      Then the request arrives at 10.244.1.2:8081
      When pod "other" curls http://192.168.1.201
      Then pod "web" answers
      And the server sees the source 192.168.1.202
      When pod "client" curls http://192.168.1.201
      Then pod "web" answers
      And the server sees the source <neighbour>
      When pod "web" curls http://192.168.1.201
      Then pod "web" answers
      And the server sees the source 10.244.1.1
      When node "node1" curls http://127.0.0.1
      Then pod "web" answers
      And the server sees the source 10.244.1.1
      When client "laptop" curls http://192.168.1.202
      Then the request is refused

      # With iptables portmap marks the whole pod network of the machine, with nftables only the pod itself.
      Examples:
        | backend  | neighbour  |
        | iptables | 10.244.1.1 |
        | nftables | 10.244.1.9 |

    @NW-024
    Scenario Outline: and so does SCTP, without anything that the machine itself would have to load: portmap <backend>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, portmap: <backend>}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        externalClients: [{name: laptop, address: 192.168.1.50}]
        """
      When client "laptop" sends a sctp packet to 192.168.1.201:82
      Then pod "web" answers
      And the request arrives at 10.244.1.2:8082

      Examples:
        | backend  |
        | iptables |
        | nftables |

    Scenario: without portmap nobody listens there
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, portmap: none}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        externalClients: [{name: laptop, address: 192.168.1.50}]
        """
      When client "laptop" curls http://192.168.1.201
      Then the request is refused

    Scenario: the rules for one container are one chain in iptables
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      Then the rules of node "node1" contain:
        """
        -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
        -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
        -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
        -A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000
        -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
        """

    Scenario: they are one table in nftables
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, portmap: nftables}}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      Then nft list ruleset on node "node1" prints the lines:
        """
        table ip cni_hostport {
        comment "CNI portmap plugin"
        chain hostports {
        chain hostports_all {
        jump hostip_hostports
        jump hostports
        type nat hook prerouting priority dstnat; policy accept;
        fib daddr type local jump hostports_all
        type nat hook output priority -100; policy accept;
        fib daddr type local jump hostports_all
        """

  Rule: One number on several addresses

    @KC-020
    Scenario: three pods share a hostPort, each on its own address or protocol
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node1, addresses: [192.168.1.201, 192.168.1.211], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        externalClients: [{name: laptop, address: 192.168.1.50}]
        """
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: one}
        spec: {nodeSelector: {kubernetes.io/hostname: node1}, containers: [{name: c, image: one, ports: [{containerPort: 8080, hostPort: 54323, hostIP: 192.168.1.201}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: two}
        spec: {nodeSelector: {kubernetes.io/hostname: node1}, containers: [{name: c, image: two, ports: [{containerPort: 8080, hostPort: 54323, hostIP: 192.168.1.211}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: three}
        spec: {nodeSelector: {kubernetes.io/hostname: node1}, containers: [{name: c, image: three, ports: [{containerPort: 8081, hostPort: 54323, hostIP: 192.168.1.201, protocol: UDP}]}]}
        """
      Then the pods are:
        | name  | node  |
        | one   | node1 |
        | two   | node1 |
        | three | node1 |
      When client "laptop" curls http://192.168.1.201:54323
      Then pod "one" answers
      When client "laptop" curls http://192.168.1.211:54323
      Then pod "two" answers
      When client "laptop" sends a udp packet to 192.168.1.201:54323
      Then pod "three" answers

    @KX-008
    Scenario: a port that is taken on all addresses is not free on one
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      When I apply:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: first}
        spec: {nodeSelector: {kubernetes.io/hostname: node1}, containers: [{name: c, image: c, ports: [{containerPort: 80, hostPort: 54322, hostIP: 0.0.0.0}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: second}
        spec: {nodeSelector: {kubernetes.io/hostname: node1}, containers: [{name: c, image: c, ports: [{containerPort: 80, hostPort: 54322, hostIP: 192.168.1.201}]}]}
        """
      And I run "kubectl get pods first second"
      Then it prints the lines:
        """
        first    1/1     Running   0          <any>
        second   0/1     Pending   0          <any>
        """

  Rule: hostNetwork

    @NW-021
    Scenario Outline: a Service whose endpoints are the machines themselves works from everywhere: <from>
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
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: host, labels: {app: host}}
        spec: {nodeName: node2, hostNetwork: true, containers: [{name: c, image: c, ports: [{containerPort: 9376}, {containerPort: 9377, protocol: UDP}]}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: host}
        spec:
          type: NodePort
          clusterIP: 10.96.0.50
          selector: {app: host}
          ports:
            - {name: tcp, port: 80, targetPort: 9376, nodePort: 30080}
            - {name: udp, port: 90, targetPort: 9377, protocol: UDP, nodePort: 30090}
        """
      Then the endpoints of service "host" are 192.168.1.202:9376, 192.168.1.202:9377
      When <from> connects to <to>:<tcp>
      Then every request is answered
      And the request arrives at 192.168.1.202:9376
      When <from> sends a udp packet to <to>:<udp>
      Then every request is answered
      And the request arrives at 192.168.1.202:9377

      Examples:
        | from            | to            | tcp   | udp   |
        | pod "client"    | 10.96.0.50    | 80    | 90    |
        | pod "other"     | 10.96.0.50    | 80    | 90    |
        | node "node1"    | 10.96.0.50    | 80    | 90    |
        | node "node2"    | 10.96.0.50    | 80    | 90    |
        | client "laptop" | 192.168.1.201 | 30080 | 30090 |
        | client "laptop" | 192.168.1.202 | 30080 | 30090 |

    Scenario: a hostNetwork pod sends with its machine's address
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
        """
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: host}
        spec: {nodeName: node1, hostNetwork: true, containers: [{name: c, image: c, ports: [{containerPort: 9376}]}]}
        """
      When pod "host" curls http://10.244.1.2:8080
      Then pod "web" answers
      And the server sees the source 10.244.1.1
      When pod "client" curls http://192.168.1.201:9376
      Then the server sees the source 10.244.1.9
