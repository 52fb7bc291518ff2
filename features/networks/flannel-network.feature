Feature: The network that flannel was told of

  flannel has a network of its own in its configuration. The control plane gives each node a part of the network that it was told of.
  Where the two differ, flanneld ends on every node, and no pod gets a sandbox.

  Background:
    Given the manifests:
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {nodeName: node02, containers: [{name: web, image: nginx}]}
      """

  Scenario Outline: kubeadm's network is <kubeadm>, flannel's <flannel>, in <version>
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: <kubernetes>
      networking: {podSubnet: <kubeadm>, cni: {name: flannel, version: <version>, network: <flannel>}}
      nodes:
        - {name: node01, role: control-plane, addresses: [192.168.1.201]}
        - {name: node02, addresses: [192.168.1.202]}
      """
    When I run "kubectl get pods"
    Then its output contains "<status>"
    When I run "kubectl get events"
    Then its output contains "<event>"

    Examples:
      | kubernetes | version | kubeadm       | flannel       | status            | event                                                      |
      | v1.35.4    | v0.28.4 | 10.244.0.0/16 | 10.244.0.0/16 | Running           | Container started                                          |
      | v1.35.4    | v0.28.4 | 10.0.0.0/16   | 10.244.0.0/16 | ContainerCreating | open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log |
      | v1.13.0    | v0.10.0 | 10.0.0.0/16   | 10.244.0.0/16 | Running           | Started container                                          |
