Feature: What flannel knows of other nodes

  Each flanneld writes on its Node where its pods are, and puts what the others wrote into its own kernel. What it has not heard of, its
  node does not know; what it heard of stays, until it hears that it is gone.

  Background:
    Given pod "one" on node "node01" at 10.244.1.9
    And pod "two" on node "node02" at 10.244.2.9
    And pod "three" on node "node03" at 10.244.3.9

  Rule: With vxlan, by the Nodes

    Background:
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: flannel}
        nodes:
          - {name: node01, role: control-plane, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node02, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
          - {name: node03, addresses: [192.168.1.203], podCIDRs: [10.244.3.0/24]}
        """

    Scenario: flannel tells on its Node that it runs, and where
      When I run "kubectl get node node02 -o yaml"
      Then it prints the lines:
        """
            flannel.alpha.coreos.com/backend-type: vxlan
            flannel.alpha.coreos.com/kube-subnet-manager: "true"
            flannel.alpha.coreos.com/public-ip: 192.168.1.202
        """
      And it prints the lines:
        """
            reason: FlannelIsUp
            status: "False"
            type: NetworkUnavailable
        """

    Scenario: a Node that is deleted takes the ways to its machine with it
      When I run "kubectl delete node node03"
      And pod "one" connects to 10.244.3.9:80
      Then the request is host-unreachable
      And the explanation says "There is no Node node03"
      When pod "one" pings 10.244.2.9
      Then pod "two" answers

    Scenario: a flanneld that does not run hears of nothing, and its node keeps its ways
      When flanneld on node "node01" stops
      And I run "kubectl annotate node node02 flannel.alpha.coreos.com/public-ip=192.168.1.99 --overwrite"
      And pod "one" pings 10.244.2.9
      Then pod "two" answers
      When pod "three" pings 10.244.2.9
      Then the request is host-unreachable
      When flanneld on node "node01" starts again
      And pod "one" pings 10.244.2.9
      Then the request is host-unreachable

  Rule: With udp, by the keys in etcd

    Background:
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        networking: {podSubnet: 10.244.0.0/16, cni: {name: flannel, backend: udp, leases: etcd}}
        nodes:
          - {name: node01, role: control-plane, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
          - {name: node02, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
          - {name: node03, addresses: [192.168.1.203], podCIDRs: [10.244.3.0/24]}
        """

    Scenario: the device goes with flanneld
      When pod "one" pings 10.244.2.9
      Then pod "two" answers
      When flanneld on node "node01" stops
      Then the routes of node "node01" are:
        """
        default via 192.168.1.1 dev eth0
        10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1
        192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.201
        """
      When pod "one" pings 10.244.2.9
      Then the request is host-unreachable
      And the explanation says "flanneld does not run on node01"

    Scenario: a lease that is deleted ends its flanneld, and the others forget it
      When I run "etcdctl del /coreos.com/network/subnets/10.244.2.0-24"
      Then flanneld keeps in etcd:
        | key                                       |
        | /coreos.com/network/config                |
        | /coreos.com/network/subnets/10.244.1.0-24 |
        | /coreos.com/network/subnets/10.244.3.0-24 |
      When pod "one" pings 10.244.2.9
      Then the request is no-route
      When flanneld on node "node02" starts again
      And pod "one" pings 10.244.2.9
      Then pod "two" answers
